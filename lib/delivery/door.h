#pragma once

#include <chrono>
#include <functional>

#include "base/result.h"
#include "delivery/campaign.h"
#include "net/loop.h"
#include "net/workers.h"

namespace hagaki::delivery {

/// Opens the door to relays (RelayDoor) and knows how long it may count on that.
class Door {
 public:
  using Done = std::function<void(const Result<void>&)>;

  /// `done` is told of each time, from the loop; never after the Door is gone, which waits for a
  /// call of RelayDoor::open that is under way.
  Door(net::Loop& loop, RelayDoor settings, Done done);

  /// Whether sessions may be opened, or go on, now. Where not, it is being opened from now on.
  bool is_open();

 private:
  void on_answer(const Result<void>& result);

  net::Loop& loop_;
  RelayDoor settings_;
  Done done_;
  std::chrono::milliseconds open_until_{};
  std::chrono::milliseconds next_try_{};
  bool asked_ = false;
  net::Workers worker_;
};

}  // namespace hagaki::delivery
