#include "net/clamd.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <optional>

#include "base/text.h"
#include "net/socket_address.h"
#include "net/url.h"

namespace hagaki::net {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kChunk = 64u << 10;
constexpr std::size_t kMostReply = 4096;

/// A socket that does not block, with an end of time.
class Socket {
 public:
  Socket(int family, Clock::time_point deadline)
      : fd_(::socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)), deadline_(deadline) {}
  ~Socket() {
    if (fd_ >= 0) ::close(fd_);
  }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  /// Each function says why it failed, or nothing.
  std::optional<std::string> connect(const sockaddr* address, socklen_t length) {
    if (fd_ < 0) return std::strerror(errno);
    if (::connect(fd_, address, length) == 0) return std::nullopt;
    if (errno != EINPROGRESS) return std::strerror(errno);
    if (auto late = wait(POLLOUT)) return late;
    int error = 0;
    socklen_t size = sizeof error;
    if (::getsockopt(fd_, SOL_SOCKET, SO_ERROR, &error, &size) != 0) error = errno;
    if (error != 0) return std::strerror(error);
    return std::nullopt;
  }

  std::optional<std::string> send(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto n = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (n >= 0) {
        bytes.remove_prefix(static_cast<std::size_t>(n));
      } else if (errno == EAGAIN || errno == EINTR) {
        if (auto late = wait(POLLOUT)) return late;
      } else {
        return std::strerror(errno);
      }
    }
    return std::nullopt;
  }

  /// Appends what comes until a NUL or the end of the connection.
  std::optional<std::string> receive(std::string& reply) {
    while (reply.size() < kMostReply) {
      std::array<char, 512> buffer{};
      const auto n = ::recv(fd_, buffer.data(), buffer.size(), 0);
      if (n > 0) {
        const std::string_view got(buffer.data(), static_cast<std::size_t>(n));
        reply += got.substr(0, got.find('\0'));
        if (got.find('\0') != std::string_view::npos) return std::nullopt;
      } else if (n == 0) {
        return std::nullopt;
      } else if (errno == EAGAIN || errno == EINTR) {
        if (auto late = wait(POLLIN)) return late;
      } else {
        return std::strerror(errno);
      }
    }
    return "a reply too long";
  }

 private:
  std::optional<std::string> wait(short events) const {
    for (;;) {
      const auto left =
          std::chrono::ceil<std::chrono::milliseconds>(deadline_ - Clock::now()).count();
      if (left <= 0) return "no answer in time";
      pollfd watched{fd_, events, 0};
      const int ready = ::poll(&watched, 1, static_cast<int>(left));
      if (ready > 0) return std::nullopt;
      if (ready < 0 && errno != EINTR) return std::strerror(errno);
    }
  }

  int fd_;
  Clock::time_point deadline_;
};

std::optional<std::string> connect_to(const ClamdAddress& address, Socket& socket) {
  if (!address.path.empty()) {
    sockaddr_un where{};
    where.sun_family = AF_UNIX;
    address.path.copy(where.sun_path, sizeof where.sun_path - 1);
    return socket.connect(reinterpret_cast<const sockaddr*>(&where), sizeof where);
  }
  const auto where = socket_address(address.ip, address.port);
  return socket.connect(where.get(), where.size);
}

std::optional<std::string> send_stream(Socket& socket, std::string_view data) {
  using namespace std::string_view_literals;
  if (auto failed = socket.send("zINSTREAM\0"sv)) return failed;
  while (!data.empty()) {
    const auto chunk = data.substr(0, kChunk);
    const auto size = htonl(static_cast<std::uint32_t>(chunk.size()));
    if (auto failed = socket.send({reinterpret_cast<const char*>(&size), sizeof size})) {
      return failed;
    }
    if (auto failed = socket.send(chunk)) return failed;
    data.remove_prefix(chunk.size());
  }
  return socket.send("\0\0\0\0"sv);
}

Scan unknown(std::string_view why) {
  return {Scan::Verdict::Unknown, printable(why)};
}

/// "stream: OK", "stream: Name FOUND", "… ERROR".
Scan judge(std::string_view reply) {
  reply = trim(reply);
  constexpr std::string_view kStream = "stream: ";
  if (!reply.starts_with(kStream)) {
    return unknown(reply.empty() ? "clamd closed the connection" : reply);
  }
  const auto said = reply.substr(kStream.size());
  if (said == "OK") return {Scan::Verdict::Clean, {}};
  constexpr std::string_view kFound = " FOUND";
  if (said.ends_with(kFound)) {
    return {Scan::Verdict::Infected, printable(said.substr(0, said.size() - kFound.size()))};
  }
  return unknown(said);
}

}  // namespace

Result<ClamdAddress> parse_clamd(const std::string& text) {
  ClamdAddress out;
  if (text.find('/') != std::string::npos) {
    if (text.size() >= sizeof sockaddr_un{}.sun_path) {
      return fail(ErrorCode::Config, "the path of a socket has 107 octets at most", text);
    }
    out.path = text;
    return out;
  }
  const auto named = parse_host_port(text);
  const auto ip =
      named ? dns::parse_ip(named->host == "localhost" ? "127.0.0.1" : named->host) : std::nullopt;
  if (!ip || !named->port) {
    return fail(ErrorCode::Config,
                "clamd is the path of its socket, or an IP address and a port: 127.0.0.1:3310",
                text);
  }
  out.ip = *ip;
  out.port = *named->port;
  return out;
}

Scan scan_with_clamd(const ClamdAddress& address, std::string_view data,
                     std::chrono::milliseconds timeout) {
  const int family = !address.path.empty() ? AF_UNIX : address.ip.v6 ? AF_INET6 : AF_INET;
  Socket socket(family, Clock::now() + timeout);
  if (const auto failed = connect_to(address, socket)) return unknown(*failed);
  const auto broken = send_stream(socket, data);
  // A stream too long is answered before it is read to its end.
  std::string reply;
  const auto silent = socket.receive(reply);
  if (!reply.empty()) return judge(reply);
  if (broken) return unknown(*broken);
  return silent ? unknown(*silent) : judge(reply);
}

}  // namespace hagaki::net
