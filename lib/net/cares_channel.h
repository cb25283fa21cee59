#pragma once

#include <ares.h>

#include <bitset>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>

#include "base/result.h"
#include "dns/resolver.h"
#include "net/loop.h"

namespace hagaki::net {

/// A question on its way from one resolver to the next.
struct DnsQuestion {
  std::string name;
  dns::Type type = dns::Type::A;
  dns::Resolver::Done done;
  std::size_t server = 0;               ///< asked now
  std::size_t servers = 0;              ///< asked so far
  std::chrono::milliseconds sent_at{};  ///< by the loop's clock
  dns::Answer best;                     ///< what the servers asked so far came to
};

/// A c-ares channel to one server: questions from one port that the system chose, which is given
/// back when no question is open, so that the next one comes from another (RFC 5452 §9.2).
class CaresChannel {
 public:
  struct Setup {
    std::string server;               ///< "192.0.2.53:53"
    std::chrono::milliseconds first;  ///< the first try's wait; each later one is twice as long
    int tries = 3;
    /// Takes each question back with its answer, and how often it had to be repeated. Called from
    /// the loop or from inside send().
    std::function<void(std::unique_ptr<DnsQuestion>, dns::Answer, int repeats)> answered;
    std::function<void()> idle;  ///< a packet has been worked off
  };

  /// Error::Config where c-ares refuses the server. `loop` and `setup` must outlive it.
  static Result<std::unique_ptr<CaresChannel>> open(Loop& loop, const Setup& setup);
  /// Drops open questions.
  ~CaresChannel();
  CaresChannel(const CaresChannel&) = delete;
  CaresChannel& operator=(const CaresChannel&) = delete;

  /// Asks under an id that no open question has. The name fits a question (dns::fits_wire()).
  void send(std::unique_ptr<DnsQuestion> question, std::uint16_t id);
  [[nodiscard]] bool has(std::uint16_t id) const { return ids_.test(id); }

  [[nodiscard]] std::size_t open_questions() const { return open_; }
  /// Questions that came from the port it has now.
  [[nodiscard]] std::size_t from_port() const { return from_port_; }
  /// Looks which waits are over.
  void tick();

 private:
  CaresChannel(Loop& loop, const Setup& setup) : loop_(loop), setup_(setup) {}
  struct Sent;
  static void on_answer(void* context, int status, int timeouts, unsigned char* bytes, int length);
  void watch(int fd, bool readable, bool writable);

  Loop& loop_;
  const Setup& setup_;
  ares_channel channel_ = nullptr;
  std::unordered_map<int, std::unique_ptr<Poll>> polls_;
  std::bitset<65536> ids_;
  std::size_t open_ = 0;
  std::size_t from_port_ = 0;
  bool closing_ = false;
};

}  // namespace hagaki::net
