#include "store/history_judgement.h"

#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "rules/stop_judge.h"

namespace hagaki::store {

Result<void> judge_by(History& history, const rules::Policy& policy, rules::StopRules& stop,
                      const History::Each& also) {
  auto done = history.replay([&](const auto& event, auto evidence) {
    stop.add(event, evidence);
    also(event, evidence);
  });
  if (!done) return done;
  done = history.each_reinstated([&](std::string_view name, Timestamp time) {
    if (name.starts_with(kProviderPrefix)) {
      stop.reinstate_receiver(name.substr(kProviderPrefix.size()), time);
    } else {
      stop.reinstate(name, time, rules::StopRules::Wishes::Void);
    }
  });
  if (!done) return done;

  // The share that a receiver refused is told by all its answers, of those too who never failed.
  const auto suspects = stop.suspects();
  if (suspects.empty()) return {};
  std::map<std::pair<std::string, std::int64_t>, std::uint64_t> taken;  // by domain and day
  std::string last_domain;
  std::int64_t last_day = 0;
  done = history.replay_others(
      [&](std::string_view domain) {
        last_domain.clear();  // another recipient
        return stop.is_at(domain, suspects);
      },
      [&](std::string_view domain, Timestamp time) {
        const auto day = rules::day_of(policy, time.time_since_epoch().count());
        if (domain == last_domain && day == last_day) return;
        last_domain = domain;
        last_day = day;
        ++taken[{last_domain, day}];
      });
  if (!done) return done;
  for (const auto& [place, number] : taken) {
    stop.count_answers(place.first, rules::start_of_day(policy, place.second), number, 0);
  }
  return {};
}

}  // namespace hagaki::store
