#include "net/socket_address.h"

#include <netinet/in.h>

#include <cstring>

namespace hagaki::net {

SocketAddress socket_address(const dns::IpAddress& ip, std::uint16_t port) {
  SocketAddress out;
  if (ip.v6) {
    sockaddr_in6 v6{};
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(port);
    std::memcpy(&v6.sin6_addr, ip.bytes.data(), sizeof v6.sin6_addr);
    std::memcpy(&out.storage, &v6, sizeof v6);
    out.size = sizeof v6;
  } else {
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    std::memcpy(&v4.sin_addr, ip.bytes.data(), sizeof v4.sin_addr);
    std::memcpy(&out.storage, &v4, sizeof v4);
    out.size = sizeof v4;
  }
  return out;
}

}  // namespace hagaki::net
