#pragma once

#include "base/result.h"
#include "dns/ip.h"

namespace hagaki::net {

/// Whether connections can be made from an address. Error::Config where it is none of this
/// machine's, with the address as context.
Result<void> check_local_address(const dns::IpAddress& ip);

}  // namespace hagaki::net
