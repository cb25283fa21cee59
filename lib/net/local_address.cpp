#include "net/local_address.h"

#include <cerrno>
#include <cstring>

#include <sys/socket.h>
#include <unistd.h>

#include "net/socket_address.h"

namespace hagaki::net {

Result<void> check_local_address(const dns::IpAddress& ip) {
  const auto address = socket_address(ip, 0);
  const int fd = ::socket(address.family(), SOCK_STREAM | SOCK_CLOEXEC, 0);
  const bool bound = fd >= 0 && ::bind(fd, address.get(), address.size) == 0;
  const int error = errno;
  if (fd >= 0) ::close(fd);
  if (bound) return {};
  const bool foreign = error == EADDRNOTAVAIL || error == EAFNOSUPPORT;
  return fail(ErrorCode::Config,
              foreign ? "this machine has no such address" : std::strerror(error), ip.text());
}

}  // namespace hagaki::net
