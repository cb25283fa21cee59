#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "delivery/group.h"
#include "delivery/item.h"
#include "delivery/lane_tls.h"
#include "delivery/session.h"
#include "delivery/sources.h"
#include "delivery/turn_queue.h"

namespace hagaki::delivery {

/// Intents without an outcome, for each session that is allowed; and how many a relay may have in
/// any case, since a disk takes as long to commit for one session as for many.
inline constexpr std::size_t kOpenIntents = 32;
inline constexpr std::size_t kLeastOpenIntents = 128;

/// The way to one server, a relay or one MX host, from one address of ours; recipients of a domain
/// with limits of its own have a way there of their own. Holds who waits for it, its sessions, and
/// how it is to be treated after what it said.
struct Lane : std::enable_shared_from_this<Lane> {
  Relay server;
  bool is_relay = false;
  std::string place;  ///< of the server: the same for all our addresses
  Source* source = nullptr;
  std::chrono::milliseconds next_move{};  ///< when its queue may be offered to others again
  std::shared_ptr<Group> group;           ///< who runs it
  std::shared_ptr<Throttle> limits;       ///< of its sessions

  TurnQueue queue;            ///< no intent yet
  std::deque<Item*> cleared;  ///< intent on disk, ready for a session
  std::size_t intended = 0;   ///< intent on its way to disk, or message being finished
  std::size_t sending = 0;    ///< in a session's hands

  std::vector<std::unique_ptr<Session>> sessions;
  int opening = 0;    ///< of them, not open yet
  int limit = 1;      ///< sessions allowed now
  int most = 1;       ///< and when all is well
  int recovered = 0;  ///< messages accepted since the limit last changed

  int failures = 0;  ///< in a row, without a session opened or a message taken in between
  std::chrono::milliseconds failing_since{};
  std::chrono::milliseconds paused_until{};
  int session_takes = 0;       ///< messages of a session, by what the server said; 0: not known
  int slowdowns = 0;           ///< 421s in a row
  bool dirty = false;          ///< to be served at the end of this round
  bool wants_session = false;  ///< stands in line until one may be opened
  bool called = false;         ///< prepares for its first session
  int served = 0;              ///< messages prepared since it was called
  bool proven = false;         ///< a session opened in this run
  bool accepted = false;       ///< it took a message of ours in this run
  bool refused_us = false;     ///< the last failure spoke of our right to use it
  bool hopeless = false;       ///< it failed too often: who can go through it alone is put off
  bool distrust_deep = false;

  std::vector<std::string> addresses;  ///< of an MX; a relay's name is resolved by the system
  std::size_t address = 0;             ///< next one to try
  std::size_t addresses_failed = 0;    ///< since the last session opened
  enum class Lookup { Needed, Asked, Done } lookup = Lookup::Done;
  std::chrono::milliseconds looked_up{};

  LaneTls tls;           ///< of an MX
  std::string tls_name;  ///< of an MX that TLSA records speak of: theirs; empty = the host's own

  [[nodiscard]] bool down(std::chrono::milliseconds now) const {
    return failures > 0 && now < paused_until;
  }
  /// Whether mail may be given to it now rather than to another. A receiver that holds our mail
  /// back is not gone round by its other servers.
  [[nodiscard]] bool usable(std::chrono::milliseconds now) const {
    return !down(now) && !(is_relay && group->held);
  }
  /// Whether a relay's own limits and pauses let mail through now.
  [[nodiscard]] bool lets_through(std::chrono::milliseconds now) const {
    return usable(now) && !group->is_shut(now);
  }
  [[nodiscard]] bool paused(std::chrono::milliseconds now) const { return now < paused_until; }
  [[nodiscard]] std::size_t hands() const { return intended + cleared.size() + sending; }
  [[nodiscard]] bool has_work() const { return hands() > 0 || !queue.empty(); }
  /// Whether it can do with one more: a relay of several, each of which has a backlog of its own.
  /// `coming` are on their way to it.
  [[nodiscard]] bool has_room(std::chrono::milliseconds now, std::size_t coming = 0) const {
    return usable(now) && queue.ready() + coming < prefetch();
  }
  /// What limits its sessions: one address of ours that is to have fewer takes none from the
  /// others.
  [[nodiscard]] const void* sharing() const {
    return source->ip.empty() ? static_cast<const void*>(limits.get()) : group.get();
  }
  /// Sessions that are open there.
  [[nodiscard]] int sharing_sessions() const {
    return source->ip.empty() ? limits->open_sessions() : group->sessions;
  }
  /// Sessions it may have.
  [[nodiscard]] std::size_t allowed() const {
    return failures > 0 || !proven ? 1 : static_cast<std::size_t>(limit);
  }
  /// How many intents may be open for it: enough to keep its sessions busy while a group commits,
  /// one while nobody knows whether it is alive.
  [[nodiscard]] std::size_t prefetch() const {
    if (failures > 0) return 1;
    const auto intents = std::max<std::size_t>(sessions.size(), 1) * kOpenIntents;
    return is_relay ? std::max(intents, kLeastOpenIntents) : intents;
  }
};

/// One of several relays that share the work, by its lane from our first address.
struct Ship {
  std::shared_ptr<Lane> lane;
  int credit = 0;  ///< of the weighted round robin
};

/// Relays that share the work of those whose way is the same.
struct Fleet : std::vector<Ship> {};

}  // namespace hagaki::delivery
