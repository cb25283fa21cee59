#pragma once

#include <vector>

#include "dns/ip.h"

namespace hagaki::net {

/// The addresses that this machine sends from, by its routes to the internet: an IPv4 one, an IPv6
/// one, both or none. Nothing is sent. Behind a NAT the world sees another.
std::vector<dns::IpAddress> outbound_addresses();

}  // namespace hagaki::net
