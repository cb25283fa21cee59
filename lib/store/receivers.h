#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "rules/receiver_watch.h"
#include "store/shared_file.h"

namespace hagaki::store {

/// What is known of receivers over runs, campaigns and processes, in one SQLite file: how many
/// messages each took and how many users it called unknown on each day (UTC) of the last 400, and
/// its last hold. A hold for what a message says concerns its campaign alone, the others all
/// campaigns.
///
/// What is counted stays in memory until flush(): call it once a second or so, and at the end. What
/// a failed flush could not write stays for the next one. Errors as SharedFile has them.
class Receivers {
 public:
  static Result<Receivers> open(const std::string& path,
                                std::chrono::milliseconds patience = SharedFile::kPatience);
  ~Receivers();
  Receivers(Receivers&&) noexcept;
  Receivers& operator=(Receivers&&) noexcept;

  /// What a watch over `receiver` begins with in `campaign`; of what was not flushed it has
  /// nothing.
  Result<rules::ReceiverWatch::Past> past(std::string_view receiver, std::string_view campaign);

  /// Counts messages that were accepted, and users called unknown.
  void count(std::string_view receiver, std::uint64_t accepted, std::uint64_t unknown,
             Timestamp now);
  /// Sets the hold of a receiver, over the one that it has, if any.
  void hold(std::string_view receiver, std::string_view campaign, rules::Hold hold);
  /// Writes what was counted and set, in one transaction.
  Result<void> flush();

  /// True when another process has written since the last call.
  Result<bool> changed();

  struct Held {
    std::string receiver;
    std::string campaign;  ///< empty: all
    rules::Hold hold;
  };
  /// The holds that last at `now`, by receiver.
  Result<std::vector<Held>> held(Timestamp now);

  /// Ends all holds of `receiver` (letters of either case) at `now`, those of single addresses of
  /// ours too (rules::watched_name()). False where it has none.
  Result<bool> release(std::string_view receiver, Timestamp now);

 private:
  struct State;
  explicit Receivers(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace hagaki::store
