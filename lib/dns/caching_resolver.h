#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

#include "dns/resolver.h"

namespace hagaki::dns {

/// Puts each question to another resolver once: those already under way are joined, answers are
/// kept. Names are compared as DNS does. Must outlive its unanswered questions.
class CachingResolver : public Resolver {
 public:
  using Milliseconds = std::chrono::milliseconds;
  struct Options {
    /// Calls its argument later from the event loop (net::Loop::post).
    std::function<void(std::function<void()>)> defer;
    /// A monotonic clock (net::Loop::now).
    std::function<Milliseconds()> now;
    /// Answers kept at once; the oldest go first.
    std::size_t max_entries = 200'000;
    /// Answers live at least this long, so that a list is read against one state of DNS.
    Milliseconds least = std::chrono::minutes(5);
    /// And at most this long, whatever their TTL says; also the life of "there is none".
    Milliseconds most = std::chrono::hours(1);
    /// How long a failure that may pass is believed.
    Milliseconds failure = std::chrono::seconds(30);
  };

  CachingResolver(Resolver& inner, Options options);

  void query(const std::string& name, Type type, Done done) override;

  /// Questions put to the other resolver so far.
  [[nodiscard]] std::uint64_t asked() const { return asked_; }

 private:
  struct Entry {
    bool waiting = true;
    Answer answer;
    Milliseconds until{0};
    std::vector<Done> joined;
  };

  void ask(const std::string& key, const std::string& name, Type type);
  void arrived(const std::string& key, const Answer& answer);
  [[nodiscard]] Milliseconds lifetime(const Answer& answer) const;
  void make_room();

  Resolver& inner_;
  Options options_;
  std::unordered_map<std::string, Entry> entries_;
  std::deque<std::string> order_;  ///< answered keys, oldest first
  std::uint64_t asked_ = 0;
};

}  // namespace hagaki::dns
