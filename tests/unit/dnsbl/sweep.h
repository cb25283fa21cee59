#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "dnsbl/check.h"
#include "fake_resolver.h"

namespace sweep_test {

using namespace hagaki;
using namespace hagaki::dnsbl;
using dns::Status;
using dns::Type;
using std::chrono::milliseconds;

/// Answers by a function of the question, which may change its mind.
class Lists : public fake::Resolver {
 public:
  std::function<dns::Answer(const std::string&, Type)> say;

 protected:
  [[nodiscard]] dns::Answer answer(const std::string& name, Type type) const override {
    return say ? say(name, type) : Resolver::answer(name, type);
  }
};

inline AskedZone generic(const char* name) {
  return {generic_zone(name), ""};
}

inline bool ends_with(const std::string& name, const std::string& zone) {
  return name.size() > zone.size() && name.substr(name.size() - zone.size()) == zone;
}

/// A check over targets that come one by one, with a clock and a timer that are told.
struct Sweep {
  explicit Sweep(std::vector<AskedZone> asked) : zones(std::move(asked)) {
    options.now = [this] { return clock; };
    options.wake_after = [this](milliseconds wait, std::function<void()> task) {
      due = clock + wait;
      wake = std::move(task);
    };
    options.on_notice = [this](const ZoneNotice& notice) { notices.push_back(notice); };
  }

  /// Runs to the end. Each round answers what is open and takes 10 ms.
  void go(const std::string& spec) {
    auto range = TargetRange::parse(spec).value();
    check.emplace(resolver, zones, options);
    check->start(
        [this, range](Target& target) mutable {
          if (range.size() == 0) return Check::Next::End;
          target = range.next();
          most_begun = std::max(most_begun, ++begun - order.size());
          return Check::Next::Target;
        },
        [this](const Target& target, std::vector<Listing> rows) {
          order.push_back(target.text);
          for (auto& row : rows) listings.push_back(std::move(row));
        },
        [this](const CheckEnd& how) { end = how; });
    for (int round = 0; !end && round < 2'000'000; ++round) {
      if (on_round) on_round();
      resolver.run();
      if (end) break;
      clock = wake ? std::max(due, clock) : clock + milliseconds(10);
      if (auto task = std::exchange(wake, nullptr)) task();
    }
    REQUIRE(end);
    counts = check->counts();
  }

  [[nodiscard]] std::size_t rows(const char* zone, Outcome outcome) const {
    std::size_t out = 0;
    for (const auto& row : listings) {
      out += row.zone->zone == zone && row.verdict.outcome == outcome ? 1 : 0;
    }
    return out;
  }
  [[nodiscard]] std::size_t asked_of(const std::string& zone) const {
    std::size_t out = 0;
    for (const auto& [name, type] : resolver.asked) out += ends_with(name, zone) ? 1 : 0;
    return out;
  }
  [[nodiscard]] std::size_t told(NoticeKind kind) const {
    std::size_t out = 0;
    for (const auto& notice : notices) out += notice.kind == kind ? 1 : 0;
    return out;
  }

  std::vector<AskedZone> zones;
  Lists resolver;
  CheckOptions options;
  Timestamp clock{milliseconds(1'000'000)};
  Timestamp due;
  std::function<void()> wake;
  std::function<void()> on_round;
  std::optional<Check> check;
  std::size_t begun = 0;
  std::size_t most_begun = 0;
  std::vector<std::string> order;
  std::vector<Listing> listings;
  std::vector<ZoneNotice> notices;
  std::vector<ZoneCount> counts;
  std::optional<CheckEnd> end;
};

}  // namespace sweep_test
