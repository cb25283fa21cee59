#include "delivery/turn_queue.h"

namespace hagaki::delivery {

void TurnQueue::push(Item& item) {
  item.next = nullptr;
  const auto [it, is_new] = rows_.try_emplace(item.group.get());
  Row& row = it->second;
  (is_new ? row.first : row.last->next) = &item;
  row.last = &item;
  ++row.size;
  ++size_;
  if (is_new) turns_.push_back(item.group.get());
  if (!row.turned_away) ++ready_;
}

Item* TurnQueue::take(Group& group) {
  const auto it = rows_.find(&group);
  Row& row = it->second;
  Item* item = std::exchange(row.first, row.first->next);
  --size_;
  --ready_;
  if (--row.size == 0) {
    rows_.erase(it);
  } else {
    turns_.push_back(&group);
  }
  return item;
}

void TurnQueue::reopen() {
  if (ready_ == size_) return;
  for (auto& [group, row] : rows_) {
    if (!std::exchange(row.turned_away, false)) continue;
    turns_.push_back(group);
    ready_ += row.size;
  }
}

void TurnQueue::reopen(Group* group) {
  const auto it = rows_.find(group);
  if (it == rows_.end() || !std::exchange(it->second.turned_away, false)) return;
  turns_.push_back(group);
  ready_ += it->second.size;
}

std::deque<Item*> TurnQueue::take_all() {
  std::deque<Item*> all;
  for (const auto& [group, row] : rows_) {
    for (Item* item = row.first; item; item = item->next) all.push_back(item);
  }
  *this = TurnQueue();
  return all;
}

}  // namespace hagaki::delivery
