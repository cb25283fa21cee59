#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace hagaki::cli {

/// How fast a count has grown lately.
class RecentRate {
 public:
  using Time = std::chrono::milliseconds;
  explicit RecentRate(Time window) : window_(window) {}

  /// `count` is at `now` what it has grown to; neither ever gets smaller.
  void add(Time now, std::uint64_t count);
  /// Of the time in the window; 0 before there are two times.
  [[nodiscard]] double per_second() const;

 private:
  Time window_;
  std::deque<std::pair<Time, std::uint64_t>> seen_;
};

/// Who is kept waiting by one receiver.
struct WaitingFor {
  std::string receiver;
  std::uint64_t count = 0;
  bool held = false;
};

/// How far a campaign is.
struct SendingFigures {
  std::uint64_t done = 0;              ///< have their outcome, by whichever run
  std::optional<std::uint64_t> total;  ///< nothing while the list goes on
  double per_second = 0;               ///< outcomes of this run
  std::uint64_t delivered = 0;
  std::uint64_t failed = 0;
  std::uint64_t held = 0;
  std::uint64_t uncertain = 0;
  std::uint64_t deferrals = 0;  ///< tries that ended so
  std::vector<WaitingFor> slowest{};
};

/// "12000/50000, 345/s, 1 min 50 s left: 11700 delivered, 200 failed, 90 deferrals; waiting:
/// 4100 for docomo, 250 for apple (held)"; "12000/?" while nobody knows how many there are, and no
/// time left where nothing goes out.
std::string sending_line(const SendingFigures& figures);

}  // namespace hagaki::cli
