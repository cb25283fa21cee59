#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <toml++/toml.h>

#include "base/result.h"

namespace hagaki::rules {

/// Reads a file's text. Error::Config with "name:line" as context when it is not TOML, Error::Limit
/// when it is longer than limits::kDataFile. For the .cpp files of this folder alone: the header is
/// a large one.
Result<toml::table> parse_toml(std::string_view text, const std::string& name);

/// What is wrong in a file: the first of it by lines is the one to show. toml++ keeps keys sorted.
class FirstError {
 public:
  explicit FirstError(std::string name) : name_(std::move(name)) {}

  /// An Error::Config about this place.
  [[nodiscard]] Error at(const toml::source_region& where, std::string message) const;
  void wrong(const toml::source_region& where, std::string message);
  void wrong(const toml::key& key, std::string message) { wrong(key.source(), std::move(message)); }
  void wrong(const toml::node& node, std::string message) {
    wrong(node.source(), std::move(message));
  }
  /// The error, where there is one.
  [[nodiscard]] Result<void> result() const;

 private:
  std::string name_;
  std::optional<Error> error_;
  toml::source_index line_ = 0;
};

}  // namespace hagaki::rules
