#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/result.h"
#include "net/loop.h"
#include "rehearse/dns_answers.h"
#include "rehearse/receiver.h"

namespace hagaki::rehearse {

/// A numeric loopback address and a port.
struct Endpoint {
  std::string ip = "127.0.0.1";
  int port = 0;

  /// "127.0.0.1:2525", "[::1]:2525". Error::Syntax, or Error::Denied when it is not loopback:
  /// a server without a sense of guilt must not be reachable from outside.
  static Result<Endpoint> parse(std::string_view text);
  [[nodiscard]] std::string text() const;
};

/// The sockets of a rehearsal: DNS over UDP and TCP at one endpoint, SMTP at one port of every
/// host's address and, for the relay, of `smtp.ip`. All on one loop, in one thread.
class Server {
 public:
  /// All must outlive the server.
  Server(net::Loop& loop, Receiver& receiver, const DnsAnswers& answers);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Binds everything; port 0 picks one that is free for all addresses. Error::Io when one cannot
  /// be had.
  Result<void> listen(const Endpoint& dns, const Endpoint& smtp);
  [[nodiscard]] Endpoint dns() const;
  [[nodiscard]] Endpoint smtp() const;
  /// DNS queries answered or passed over in silence.
  [[nodiscard]] std::uint64_t queries() const;
  /// Works off the queue when it is due; the server calls it after every message of its own.
  void run_queue();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace hagaki::rehearse
