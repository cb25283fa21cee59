#include "net/local_address.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace hagaki::net {

Result<void> check_local_address(const dns::IpAddress& ip) {
  sockaddr_storage address{};
  socklen_t size = sizeof(sockaddr_in);
  if (ip.v6) {
    auto& v6 = reinterpret_cast<sockaddr_in6&>(address);
    v6.sin6_family = AF_INET6;
    std::copy_n(ip.bytes.begin(), 16, v6.sin6_addr.s6_addr);
    size = sizeof(sockaddr_in6);
  } else {
    auto& v4 = reinterpret_cast<sockaddr_in&>(address);
    v4.sin_family = AF_INET;
    std::memcpy(&v4.sin_addr, ip.bytes.data(), 4);
  }
  const int fd = ::socket(address.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const bool bound = fd >= 0 && ::bind(fd, reinterpret_cast<sockaddr*>(&address), size) == 0;
  const int error = errno;
  if (fd >= 0) ::close(fd);
  if (bound) return {};
  const bool foreign = error == EADDRNOTAVAIL || error == EAFNOSUPPORT;
  return fail(ErrorCode::Config,
              foreign ? "this machine has no such address" : std::strerror(error), ip.text());
}

}  // namespace hagaki::net
