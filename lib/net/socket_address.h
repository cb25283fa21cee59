#pragma once

#include <sys/socket.h>

#include <cstdint>

#include "dns/ip.h"

namespace hagaki::net {

/// An address and port as the system's calls take them.
struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;

  [[nodiscard]] const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
  [[nodiscard]] int family() const { return storage.ss_family; }
};

SocketAddress socket_address(const dns::IpAddress& ip, std::uint16_t port);

}  // namespace hagaki::net
