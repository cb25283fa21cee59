#include "base/word_finder.h"

#include <algorithm>

namespace hagaki {
namespace {

constexpr std::size_t kFullLevels = 2;  // below the begin, of states with a row in the table

/// Of the sorted words: those that begin as a state's way there.
struct Group {
  std::size_t begin;
  std::size_t end;
  std::size_t depth;
};

}  // namespace

void WordFinder::build() {
  std::erase_if(added_, [](const auto& word) { return word.first.empty(); });
  std::sort(added_.begin(), added_.end());
  numbers_.reserve(added_.size());
  for (const auto& [word, number] : added_) numbers_.push_back(number);

  std::vector<Group> groups = {{0, added_.size(), 0}};  // by state
  states_.assign(1, {});
  labels_.assign(1, 0);
  for (std::size_t at = 0; at < states_.size(); ++at) {
    const Group group = groups[at];
    std::size_t i = group.begin;
    while (i < group.end && added_[i].first.size() == group.depth) ++i;
    states_[at].number = static_cast<std::uint32_t>(group.begin);
    states_[at].words = static_cast<std::uint16_t>(i - group.begin);
    states_[at].first = static_cast<std::uint32_t>(states_.size());
    while (i < group.end) {
      const auto label = static_cast<unsigned char>(added_[i].first[group.depth]);
      const std::size_t begin = i;
      while (i < group.end && static_cast<unsigned char>(added_[i].first[group.depth]) == label) {
        ++i;
      }
      groups.push_back({begin, i, group.depth + 1});
      states_.emplace_back();
      labels_.push_back(label);
      ++states_[at].children;
      if (class_of_[label] == 0) class_of_[label] = static_cast<std::uint16_t>(classes_++);
    }
    if (group.depth < kFullLevels) full_ = static_cast<std::uint32_t>(states_.size());
  }

  table_.assign(full_ * classes_, 0);
  for (std::uint32_t at = 0; at < states_.size(); ++at) {
    const State& state = states_[at];
    // Where no child leads on, the longest suffix's way does.
    if (at > 0 && at < full_) {
      std::copy_n(table_.begin() + state.fail * classes_, classes_, table_.begin() + at * classes_);
    }
    for (std::uint32_t c = state.first; c < state.first + state.children; ++c) {
      if (at > 0) {
        states_[c].fail = step(state.fail, labels_[c]);
        const State& suffix = states_[states_[c].fail];
        states_[c].shorter = suffix.words > 0 ? states_[c].fail : suffix.shorter;
      }
      if (at < full_) table_[at * classes_ + class_of_[labels_[c]]] = c;
    }
  }
  for (const auto& state : states_) ends_.push_back(state.words > 0 || state.shorter > 0 ? 1 : 0);
  added_ = {};
}

}  // namespace hagaki
