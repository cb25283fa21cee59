#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "delivery/campaign.h"
#include "delivery/throttle.h"

namespace hagaki::delivery {

struct Fleet;
struct Group;
struct Lane;

/// One recipient in the campaign's hands, from the source to its outcome.
struct Item {
  Item(std::uint64_t number, Recipient who) : id(number), recipient(std::move(who)) {}

  enum class Stage {
    Routing,    ///< DNS is being asked
    Queued,     ///< in its lane, not announced to the journal for this try
    Intended,   ///< the journal has its intent, not on disk yet
    Finishing,  ///< on disk, but its message is not finished yet
    Cleared,    ///< on disk and finished: a session may take it
    Sending,    ///< in a session
    Settling,   ///< its outcome is on its way to disk
  };

  std::uint64_t id;  ///< in the journal
  Stage stage = Stage::Routing;
  bool intended = false;  ///< this try was announced to the journal
  Recipient recipient;
  bool first = true;                ///< not in the journal yet
  int attempt = 1;                  ///< of the try being made or prepared, over all runs
  int tries = 0;                    ///< made in this run
  Timestamp first_at{};             ///< of the first try, over all runs; 0 = none was made
  int returns = 0;                  ///< times this try came back from a session without an outcome
  Message message;                  ///< rendered for this try; `data` goes to the session
  bool was_aside = false;           ///< came back from its group's backlog
  bool with_receiver = false;       ///< held because its receiver is
  bool finishing = false;           ///< a thread has the message's data, and works on it
  std::size_t size = 0;             ///< octets of the message
  std::optional<std::size_t> slot;  ///< of the journal's marks
  std::chrono::milliseconds begun{};         ///< when this try was intended
  std::vector<std::shared_ptr<Lane>> lanes;  ///< where it may go, best first
  std::size_t lane = 0;                      ///< which of them it is at
  const Fleet* fleet = nullptr;              ///< whose relays they are, of several that share
  std::uint32_t unfit = 0;               ///< of these lanes the ones that cannot take it, by bits
  std::shared_ptr<Group> group;          ///< once it has lanes
  Lane* counted = nullptr;               ///< the lane that this try was let go through
  store::Allowance::Place source_place;  ///< in the warm-up of the address it goes out from
  Throttle::Places places;               ///< of this try in quotas
  Item* next = nullptr;                  ///< behind it in a TurnQueue
};

}  // namespace hagaki::delivery
