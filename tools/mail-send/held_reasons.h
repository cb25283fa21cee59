#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

/// Counts recipients by what they are held for. Of a list that names something of its own in each
/// only the first reasons are kept.
class HeldReasons {
 public:
  void add(const std::string& reason) {
    for (auto& [known, count] : first_) {
      if (known == reason) {
        ++count;
        return;
      }
    }
    if (first_.size() < kMost) {
      first_.emplace_back(reason, 1);
    } else {
      ++others_;
    }
  }
  /// In the order they came.
  [[nodiscard]] const std::vector<std::pair<std::string, std::uint64_t>>& first() const {
    return first_;
  }
  /// Recipients held for something else.
  [[nodiscard]] std::uint64_t others() const { return others_; }

 private:
  static constexpr std::size_t kMost = 3;
  std::vector<std::pair<std::string, std::uint64_t>> first_;
  std::uint64_t others_ = 0;
};
