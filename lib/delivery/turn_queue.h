#pragma once

#include <cstddef>
#include <deque>
#include <unordered_map>
#include <utility>

#include "delivery/item.h"

namespace hagaki::delivery {

/// Whether one of a group may go.
enum class Turn {
  Go,
  Later,   ///< nobody of it, until its row is reopened
  Nobody,  ///< nobody at all now
};

/// Who waits for one lane. The groups take turns, so that a receiver with many recipients holds up
/// nobody else's; each group keeps its own order.
class TurnQueue {
 public:
  void push(Item& item);

  /// The next item of the next group for which `may(group)` says Turn::Go; null when there is none.
  /// A group that is to go later is not asked again before it is reopened.
  template <class May>
  Item* pop(May may) {
    while (!turns_.empty()) {
      Group* group = turns_.front();
      const Turn turn = may(*group);
      if (turn == Turn::Nobody) return nullptr;
      turns_.pop_front();
      if (turn == Turn::Go) return take(*group);
      Row& row = rows_.find(group)->second;
      row.turned_away = true;
      ready_ -= row.size;
    }
    return nullptr;
  }

  /// Whether `test` holds for the groups of all.
  template <class Test>
  [[nodiscard]] bool all(Test test) const {
    for (const auto& [group, row] : rows_) {
      if (!test(*group)) return false;
    }
    return true;
  }

  /// Asks those again that were turned away.
  void reopen();
  /// The same of one group, where it has anybody here.
  void reopen(Group* group);
  /// Takes all out, each group's in their order.
  std::deque<Item*> take_all();

  [[nodiscard]] bool empty() const { return size_ == 0; }
  [[nodiscard]] std::size_t size() const { return size_; }
  /// Without those of groups that were turned away.
  [[nodiscard]] std::size_t ready() const { return ready_; }

 private:
  struct Row {
    Item* first = nullptr;
    Item* last = nullptr;
    std::size_t size = 0;
    bool turned_away = false;
  };

  Item* take(Group& group);

  std::unordered_map<Group*, Row> rows_;  // none is empty
  std::deque<Group*> turns_;              // of rows that were not turned away
  std::size_t size_ = 0;
  std::size_t ready_ = 0;
};

}  // namespace hagaki::delivery
