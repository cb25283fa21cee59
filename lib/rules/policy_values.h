#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "rules/toml_text.h"

namespace hagaki::rules {

/// Values of a policy file in their type and range. What is wrong is kept as the error, with its
/// line, and a value in range is given in its place. `what` is the setting's name. As toml_text.h
/// for the .cpp files of this folder alone.
class PolicyValues {
 public:
  /// `name` of the file, for the error.
  explicit PolicyValues(const std::string& name) : error_(name) {}

  /// Failures: 1 to 1000.
  int number(const toml::node& node, std::string_view what);
  /// Answers: 1 to a milliard.
  std::uint64_t whole(const toml::node& node, std::string_view what);
  double decimal(const toml::node& node, std::string_view what, double least, double most);
  /// "12h", "30d", "2w".
  std::chrono::milliseconds duration(const toml::node& node, std::string_view what);
  std::vector<std::string> strings(const toml::node& node, std::string_view what);

  /// Keeps what is wrong at a node or key, if nothing was before.
  template <class Where>
  void wrong(const Where& where, std::string message) {
    error_.wrong(where, std::move(message));
  }
  /// The first thing that was wrong.
  [[nodiscard]] Result<void> result() { return error_.result(); }

 private:
  FirstError error_;
};

}  // namespace hagaki::rules
