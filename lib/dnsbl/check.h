#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "dns/resolver.h"
#include "dnsbl/check_options.h"
#include "dnsbl/listing.h"
#include "dnsbl/selection.h"
#include "dnsbl/target.h"
#include "dnsbl/zone_count.h"

namespace hagaki::dnsbl {

/// How a check ended.
struct CheckEnd {
  /// Nobody answered about the first target, or any more later on; the rest was left.
  bool resolver_dead = false;
  std::string detail;  ///< of the last failure, for people
};

/// Asks lists about targets, all lists at once.
///
/// For each target and each zone that takes its kind there is one Listing. When a list says
/// "listed", its own words (TXT) are asked, and its unlisted test point, once for each zone and
/// kind or more often (CheckOptions::recheck_listings): a zone that lists that too lists the world,
/// and its listings become errors that say so. One that then went on listing is not asked any more.
///
/// Memory does not grow with the number of targets: so many are begun that no zone waits for
/// another longer than some thousand rows.
class Check {
 public:
  /// Hears the listings of each target in the order of the targets; empty where no zone takes the
  /// target's kind.
  using OnTarget = std::function<void(const Target&, std::vector<Listing>)>;
  using OnEnd = std::function<void(const CheckEnd&)>;
  /// Gives the next target. NotYet: more() will be called once there may be one.
  enum class Next { Target, NotYet, End };
  using Source = std::function<Next(Target&)>;

  /// `resolver` and `zones` must outlive the check.
  Check(dns::Resolver& resolver, const std::vector<AskedZone>& zones, CheckOptions options);
  /// May be destroyed at any time outside its callbacks; answers still open are then dropped.
  ~Check();
  Check(const Check&) = delete;
  Check& operator=(const Check&) = delete;

  /// Begins. Called once; `on_end` is called once, last, possibly from inside start() where there
  /// is nothing to ask.
  void start(std::vector<Target> targets, OnTarget on_target, OnEnd on_end);
  /// The same with targets that come one by one.
  void start(Source source, OnTarget on_target, OnEnd on_end);
  /// Asks the source again.
  void more();

  /// By zone, in their order; of the targets handed out.
  [[nodiscard]] std::vector<ZoneCount> counts() const;

  struct State;

 private:
  std::shared_ptr<State> state_;
};

}  // namespace hagaki::dnsbl
