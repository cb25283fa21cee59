#pragma once

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "net/loop.h"

namespace hagaki::net {

using Bytes = std::string;

inline Bytes u16(unsigned n) {
  return {static_cast<char>(n >> 8), static_cast<char>(n & 255)};
}

inline Bytes labels(const std::string& name) {
  Bytes out;
  for (std::size_t begin = 0; begin < name.size();) {
    const auto end = std::min(name.find('.', begin), name.size());
    out += static_cast<char>(end - begin) + name.substr(begin, end - begin);
    begin = end + 1;
  }
  return out + '\0';
}

inline const Bytes kSame = "\xc0\x0c";  // the question's name

inline Bytes rr(const Bytes& owner, unsigned type, const Bytes& data) {
  return owner + u16(type) + u16(1) + u16(0) + u16(60) + u16(static_cast<unsigned>(data.size())) +
         data;
}

inline Bytes mx(const Bytes& owner = kSame, const std::string& host = "mx.example") {
  return rr(owner, 15, u16(10) + labels(host));
}

/// A question, and answers to it.
struct Asked {
  Bytes bytes;
  [[nodiscard]] Bytes question() const { return bytes.substr(12, bytes.find('\0', 12) + 5 - 12); }
  [[nodiscard]] Bytes answer(const std::vector<Bytes>& records, unsigned flags = 0x8180) const {
    return with(bytes.substr(0, 2), question(), records, flags);
  }
  [[nodiscard]] static Bytes with(const Bytes& id, const Bytes& question,
                                  const std::vector<Bytes>& records, unsigned flags = 0x8180) {
    Bytes out = id + u16(flags) + u16(question.empty() ? 0 : 1) +
                u16(static_cast<unsigned>(records.size())) + u16(0) + u16(0) + question;
    for (const auto& record : records) out += record;
    return out;
  }
};

/// What a liar sends back: any number of datagrams, some of them from another port, and bytes over
/// TCP.
struct Lie {
  std::vector<Bytes> datagrams;
  std::vector<Bytes> from_another_port;
};
using Liar = std::function<Lie(const Asked&)>;
using TcpLiar = std::function<std::optional<Bytes>(const Asked&)>;  ///< nothing: closes

/// A DNS server on loopback that answers as a Liar says.
class LyingServer {
 public:
  explicit LyingServer(Loop& loop, Liar liar, TcpLiar tcp = {})
      : loop_(loop), liar_(std::move(liar)), tcp_liar_(std::move(tcp)) {
    for (;;) {
      udp_ = bound(SOCK_DGRAM, 0);
      tcp_ = bound(SOCK_STREAM, port(udp_));
      if (tcp_ >= 0) break;
      close(udp_);  // its number is taken for TCP
    }
    other_ = bound(SOCK_DGRAM, 0);
    if (tcp_liar_) REQUIRE(listen(tcp_, 16) == 0);
    watch(udp_, [this] { datagram(); });
    if (tcp_liar_) watch(tcp_, [this] { connection(); });
  }
  ~LyingServer() {
    polls_.clear();
    for (const int fd : fds_) close(fd);
    for (const int fd : {udp_, tcp_, other_}) close(fd);
  }
  [[nodiscard]] std::string name() const { return "127.0.0.1:" + std::to_string(port(udp_)); }

  int questions = 0;
  int tcp_questions = 0;
  std::set<int> ports;        ///< that questions came from
  std::set<std::string> ids;  ///< that they had
  bool edns = true;           ///< every question had an OPT record

 private:
  static int bound(int kind, int port) {
    const int fd = socket(AF_INET, kind | SOCK_NONBLOCK, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    if (bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) return fd;
    close(fd);
    return -1;
  }
  static int port(int fd) {
    sockaddr_in address{};
    socklen_t length = sizeof address;
    getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length);
    return ntohs(address.sin_port);
  }
  void watch(int fd, std::function<void()> ready) {
    auto poll = std::make_unique<Poll>(loop_, fd);
    REQUIRE(poll->start(Poll::kReadable, [ready = std::move(ready)](int, int) { ready(); }));
    polls_[fd] = std::move(poll);
  }
  void datagram() {
    char bytes[1500];
    sockaddr_in from{};
    for (;;) {
      socklen_t length = sizeof from;
      const auto n =
          recvfrom(udp_, bytes, sizeof bytes, 0, reinterpret_cast<sockaddr*>(&from), &length);
      if (n < 17) return;
      ++questions;
      ports.insert(ntohs(from.sin_port));
      const Asked asked{{bytes, static_cast<std::size_t>(n)}};
      ids.insert(asked.bytes.substr(0, 2));
      edns = edns && asked.bytes[11] == 1;
      const Lie lie = liar_(asked);
      const auto send = [&](int fd, const Bytes& answer) {
        sendto(fd, answer.data(), answer.size(), 0, reinterpret_cast<sockaddr*>(&from), length);
      };
      for (const auto& answer : lie.from_another_port) send(other_, answer);
      for (const auto& answer : lie.datagrams) send(udp_, answer);
    }
  }
  void connection() {
    const int fd = accept4(tcp_, nullptr, nullptr, SOCK_NONBLOCK);
    if (fd < 0) return;
    fds_.push_back(fd);
    watch(fd, [this, fd] {
      char bytes[1500];
      const auto n = read(fd, bytes, sizeof bytes);
      if (n < 19) {
        polls_[fd]->stop();
        return;
      }
      ++tcp_questions;
      const auto answer = tcp_liar_(Asked{{bytes + 2, static_cast<std::size_t>(n) - 2}});
      // All of it fits into the socket's buffer.
      if (answer) {
        const auto framed = u16(static_cast<unsigned>(answer->size())) + *answer;
        CHECK(write(fd, framed.data(), framed.size()) == static_cast<ssize_t>(framed.size()));
      } else {
        polls_[fd]->stop();
        shutdown(fd, SHUT_RDWR);
      }
    });
  }

  Loop& loop_;
  Liar liar_;
  TcpLiar tcp_liar_;
  int udp_ = -1;
  int tcp_ = -1;
  int other_ = -1;
  std::vector<int> fds_;
  std::map<int, std::unique_ptr<Poll>> polls_;
};

}  // namespace hagaki::net
