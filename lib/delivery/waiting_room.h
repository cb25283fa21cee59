#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "delivery/campaign.h"
#include "delivery/group.h"
#include "store/spool.h"

namespace hagaki::delivery {

/// One who waits, and is nowhere else meanwhile but in the journal.
struct Guest {
  Recipient recipient;
  std::uint64_t id = 0;  ///< in the journal
  int attempt = 1;       ///< the one that comes next
  int tries = 0;         ///< in this run
  Timestamp first_at{};  ///< of the first try; 0 = none was made
};

/// Where recipients wait, for a time or for room in their group: some in memory, the others on
/// disk, so that memory does not grow with their number. Failures are those of the disk; who could
/// not be kept is in the journal all the same, and comes again with the next run.
class WaitingRoom {
 public:
  /// At most `in_memory` wait there; `folder` is where the file for the others is made.
  WaitingRoom(std::string folder, std::size_t in_memory)
      : spool_(std::move(folder)), in_memory_(in_memory) {}

  /// Until `due`; on disk up to a second longer.
  Result<void> wait_until(std::chrono::milliseconds due, Guest guest);
  /// Until there is room for one more of the group.
  Result<void> wait_for(Group& group, const Guest& guest);

  /// One whose time has come; nothing where there is none.
  Result<std::optional<Guest>> next_due(std::chrono::milliseconds now);
  /// The group's first; nothing where none waits.
  Result<std::optional<Guest>> next_of(Group& group);

  /// When the first time comes.
  [[nodiscard]] std::optional<std::chrono::milliseconds> earliest() const;
  /// Who waits for a time.
  [[nodiscard]] std::uint64_t due_later() const { return few_.size() + on_disk_; }
  /// All who wait.
  [[nodiscard]] std::uint64_t count() const { return few_.size() + spool_.count(); }

 private:
  Result<std::optional<Guest>> take(store::Spool::Queue& queue);
  std::shared_ptr<const std::string> shared(std::string consent);

  store::Spool spool_;
  std::size_t in_memory_;
  std::multimap<std::chrono::milliseconds, Guest> few_;
  std::map<std::chrono::milliseconds, store::Spool::Queue> by_time_;
  std::uint64_t on_disk_ = 0;                   // in by_time_
  std::shared_ptr<const std::string> consent_;  // the last one: most have the same
};

}  // namespace hagaki::delivery
