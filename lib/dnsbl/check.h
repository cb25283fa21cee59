#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "dns/resolver.h"
#include "dnsbl/listing.h"
#include "dnsbl/selection.h"
#include "dnsbl/target.h"

namespace hagaki::dnsbl {

struct CheckOptions {
  /// Ask each zone's test points first; a zone that fails them gives no answer about any target.
  bool self_test = false;
  /// No further target is begun while this many questions are open.
  std::size_t max_in_flight = 250;
  /// The clock; never runs backwards.
  std::function<Timestamp()> now;
};

/// How a check ended.
struct CheckEnd {
  /// Nobody answered about the first target, or about several in a row later on; the rest was left.
  bool resolver_dead = false;
  std::string detail;  ///< of the last failure, for people
};

/// Asks lists about targets, all lists at once.
///
/// For each target and each zone that takes its kind there is one Listing. When a list says
/// "listed", its own words (TXT) are asked, and once for each zone, kind and run its unlisted test
/// point: a zone that lists that too lists the world, and its listings become errors that say so.
class Check {
 public:
  /// Hears the listings of each target in the order of the targets; empty where no zone takes the
  /// target's kind.
  using OnTarget = std::function<void(const Target&, std::vector<Listing>)>;
  using OnEnd = std::function<void(const CheckEnd&)>;

  /// `resolver` and `zones` must outlive the check.
  Check(dns::Resolver& resolver, const std::vector<AskedZone>& zones, CheckOptions options);
  /// May be destroyed at any time outside its callbacks; answers still open are then dropped.
  ~Check();
  Check(const Check&) = delete;
  Check& operator=(const Check&) = delete;

  /// Begins. Called once; `on_end` is called once, last, possibly from inside start() where there
  /// is nothing to ask.
  void start(std::vector<Target> targets, OnTarget on_target, OnEnd on_end);

  struct State;

 private:
  std::shared_ptr<State> state_;
};

}  // namespace hagaki::dnsbl
