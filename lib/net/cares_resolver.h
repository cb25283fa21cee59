#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "dns/resolver.h"
#include "net/dns_servers.h"

namespace hagaki::net {

class Loop;

/// dns::Resolver on c-ares: recursive resolvers asked over UDP, over TCP where an answer is cut
/// off. More questions than may be under way at once wait in a queue, so any number may be put.
/// When a resolver fails, refuses or is silent, the next one is asked; one that answers well is
/// asked first from then on. Ids are random; a port that the system chose serves some hundred
/// questions, then another takes its place.
class CaresResolver : public dns::Resolver {
 public:
  struct Options {
    /// "192.0.2.53", "192.0.2.53:5300", "[2001:db8::53]:5300", "localhost:5300". None: those of the
    /// system (/etc/resolv.conf).
    std::vector<std::string> servers;
    /// One question is answered by then, all resolvers and tries together.
    std::chrono::milliseconds timeout{5000};
    /// Times each resolver is asked before it counts as silent.
    int tries = 3;
    /// Questions under way at once.
    std::size_t in_flight = 500;
    /// Questions put in a second, by all resolvers and the repetition of unanswered ones; those
    /// count once they are over. 0: as many as it takes.
    double rate = 0;
  };

  /// Error::Config for a server that cannot be read, or when the system names none. `loop` must
  /// outlive the resolver.
  static Result<std::unique_ptr<CaresResolver>> create(Loop& loop, const Options& options);
  /// Drops unanswered questions: their callbacks are not called. Not from inside a callback.
  ~CaresResolver() override;

  void query(const std::string& name, dns::Type type, Done done) override;

  /// Questions put to resolvers so far, each try at another resolver counted.
  [[nodiscard]] std::uint64_t asked() const;
  /// The resolvers, as "192.0.2.53:53".
  [[nodiscard]] std::vector<std::string> servers() const;

  struct State;

 private:
  explicit CaresResolver(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace hagaki::net
