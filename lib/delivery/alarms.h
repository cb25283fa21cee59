#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <queue>
#include <vector>

namespace hagaki::delivery {

struct Group;
struct Lane;

/// When somebody who was turned away may be asked again.
class Alarms {
 public:
  using milliseconds = std::chrono::milliseconds;
  struct Alarm {
    milliseconds due{};
    std::weak_ptr<Lane> lane;
    Group* group = nullptr;  ///< of those who wait there; null: all. May be gone by then
    bool operator>(const Alarm& other) const { return due > other.due; }
  };

  void set(Alarm alarm) { alarms_.push(std::move(alarm)); }
  /// The earliest of those that are due; nothing where none is.
  std::optional<Alarm> take(milliseconds now) {
    if (alarms_.empty() || now < alarms_.top().due) return std::nullopt;
    const Alarm first = alarms_.top();
    alarms_.pop();
    return first;
  }
  /// When the next is due.
  [[nodiscard]] std::optional<milliseconds> next() const {
    return alarms_.empty() ? std::nullopt : std::optional(alarms_.top().due);
  }

 private:
  std::priority_queue<Alarm, std::vector<Alarm>, std::greater<>> alarms_;
};

}  // namespace hagaki::delivery
