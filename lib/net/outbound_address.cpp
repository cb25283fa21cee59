#include "net/outbound_address.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <optional>

#include "net/socket_address.h"

namespace hagaki::net {
namespace {

/// An address on the internet that has long been where it is: a.root-servers.net.
constexpr const char* kFarAway[] = {"198.41.0.4", "2001:503:ba3e::2:30"};
constexpr std::uint16_t kAnyPort = 9;

/// Where a datagram to `there` would come from. To connect a datagram socket is to look up the
/// route, no more.
std::optional<dns::IpAddress> address_towards(const dns::IpAddress& there) {
  const auto remote = socket_address(there, kAnyPort);
  const int fd = ::socket(remote.family(), SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return std::nullopt;
  SocketAddress own;
  own.size = sizeof own.storage;
  const bool routed = ::connect(fd, remote.get(), remote.size) == 0 &&
                      ::getsockname(fd, reinterpret_cast<sockaddr*>(&own.storage), &own.size) == 0;
  ::close(fd);
  if (!routed) return std::nullopt;
  dns::IpAddress out;
  if (own.family() == AF_INET6) {
    sockaddr_in6 address{};
    std::memcpy(&address, &own.storage, sizeof address);
    out.v6 = true;
    std::memcpy(out.bytes.data(), &address.sin6_addr, 16);
  } else {
    sockaddr_in address{};
    std::memcpy(&address, &own.storage, sizeof address);
    std::memcpy(out.bytes.data(), &address.sin_addr, 4);
  }
  return out;
}

}  // namespace

std::vector<dns::IpAddress> outbound_addresses() {
  std::vector<dns::IpAddress> out;
  for (const char* text : kFarAway) {
    const auto there = dns::parse_ip(text);
    const auto here = there ? address_towards(*there) : std::nullopt;
    if (here) out.push_back(*here);
  }
  return out;
}

}  // namespace hagaki::net
