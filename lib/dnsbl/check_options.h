#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "base/time.h"
#include "dnsbl/listing.h"

namespace hagaki::dnsbl {

/// What is worth being told of a list while others go on.
enum class NoticeKind {
  SetAside,      ///< left several questions in a row unanswered
  Back,          ///< answers again
  Disqualified,  ///< lists what it must not: its listings are worth nothing
  QuotaSpent,    ///< answered as many questions as it takes in a day
};

struct ZoneNotice {
  NoticeKind kind = NoticeKind::SetAside;
  const Zone* zone = nullptr;
  Kind target_kind = Kind::Ip4;  ///< of Disqualified: what it lists all of
  /// Of Disqualified: listings of such targets by this zone that were handed out before.
  std::uint64_t doubtful = 0;
  std::string detail;  ///< more about it, for people
};

struct CheckOptions {
  /// Ask each zone's test points first; a zone that fails them gives no answer about any target.
  bool self_test = false;
  /// No further question is put while this many are open.
  std::size_t max_in_flight = 250;
  /// The clock; never runs backwards.
  std::function<Timestamp()> now;

  /// Calls `task` once after that time; a later call takes the place of an earlier one. Without it
  /// no rate is kept and no silent zone is set aside.
  std::function<void(std::chrono::milliseconds, std::function<void()> task)> wake_after{};
  /// Questions open at one zone at once; 0: no bound of its own.
  std::size_t zone_in_flight = 0;
  /// Questions a second that each zone is asked at most; 0: as its row allows. Without wake_after
  /// neither is heeded.
  std::uint64_t zone_rate = 0;
  /// After this many listings by a zone in a row its unlisted test point is asked again, by a name
  /// that no resolver can have in store where the zone has the standard's test points. 0: asked at
  /// the first listing only.
  std::size_t recheck_listings = 0;
  /// Ask for a list's words and its unlisted test point beside the question itself: three times the
  /// questions, and no second round trip where it lists.
  bool eager = false;
  /// Fills in what is known already, given target and zone: the zone is not asked then. Called in
  /// the order of the targets, and of the zones within a target.
  std::function<bool(Listing&)> known{};
  std::function<void(const ZoneNotice&)> on_notice{};
};

}  // namespace hagaki::dnsbl
