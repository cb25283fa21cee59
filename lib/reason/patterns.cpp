#include "reason/patterns.h"

#include <algorithm>

#include "base/text.h"

namespace hagaki::reason {

bool Patterns::add(std::string_view pattern, std::uint32_t id) {
  const auto pieces = split(pattern, '*');
  for (const auto piece : pieces) {
    if (piece.empty()) return false;
  }
  const auto chain = static_cast<std::uint32_t>(chains_.size());
  chains_.push_back({id, static_cast<std::uint32_t>(pieces.size())});
  for (std::uint32_t place = 0; place < pieces.size(); ++place) {
    std::uint32_t state = 0;
    for (const char c : pieces[place]) {
      const auto byte = static_cast<unsigned char>(c);
      auto& out = edges_[state];
      const auto it =
          std::find_if(out.begin(), out.end(), [&](const auto& e) { return e.first == byte; });
      if (it != out.end()) {
        state = it->second;
        continue;
      }
      const auto fresh = static_cast<std::uint32_t>(edges_.size());
      out.emplace_back(byte, fresh);
      edges_.emplace_back();
      uses_.emplace_back();
      state = fresh;
    }
    uses_[state].push_back({chain, place, static_cast<std::uint32_t>(pieces[place].size())});
  }
  return true;
}

void Patterns::build() {
  for (const auto& out : edges_) {
    for (const auto& [byte, to] : out) {
      if (class_of_[byte] == 0) class_of_[byte] = static_cast<std::uint8_t>(classes_++);
    }
  }
  // A chain's later pieces must be tried first, or one occurrence would count for two of them.
  for (auto& uses : uses_) {
    std::sort(uses.begin(), uses.end(),
              [](const Use& a, const Use& b) { return a.place > b.place; });
  }
  const std::size_t states = edges_.size();
  next_.assign(states * classes_, 0);
  fail_.assign(states, 0);
  first_output_.assign(states, 0);
  std::vector<std::uint32_t> queue = {0};
  for (std::size_t head = 0; head < queue.size(); ++head) {
    const std::uint32_t state = queue[head];
    first_output_[state] = !uses_[state].empty() ? state : first_output_[fail_[state]];
    // Where no edge leads on, the longest suffix's edge does.
    for (std::size_t c = 0; state != 0 && c < classes_; ++c) {
      next_[state * classes_ + c] = next_[fail_[state] * classes_ + c];
    }
    for (const auto& [byte, to] : edges_[state]) {
      const std::size_t slot = state * classes_ + class_of_[byte];
      fail_[to] = state == 0 ? 0 : next_[slot];
      next_[slot] = to;
      queue.push_back(to);
    }
  }
  edges_.clear();
}

}  // namespace hagaki::reason
