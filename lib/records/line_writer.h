#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace hagaki::records {

/// Appends one JSON object to a text, member by member, and nothing is kept of it elsewhere: for
/// the records that are written by the million. Whoever writes gives each key once, in plain ASCII
/// (Object looks after both). An empty string or optional adds nothing (absent means unknown).
class LineWriter {
 public:
  /// Begins the object at the end of `out`, which must outlive this.
  explicit LineWriter(std::string& out) : out_(out) {}

  LineWriter& add(std::string_view key, std::string_view value);
  LineWriter& add(std::string_view key, const char* value) {
    return add(key, std::string_view(value));
  }
  LineWriter& add(std::string_view key, bool value);
  LineWriter& add(std::string_view key, int value) {
    return add(key, static_cast<std::int64_t>(value));
  }
  LineWriter& add(std::string_view key, std::int64_t value);
  LineWriter& add(std::string_view key, Timestamp value);
  template <class T>
  LineWriter& add(std::string_view key, const std::optional<T>& value) {
    return value ? add(key, *value) : *this;
  }

  /// Ends the object; nothing is added behind this.
  void end();

 private:
  void begin_member(std::string_view key);

  std::string& out_;
  char before_ = '{';  ///< what parts the next member from what stands before it
};

}  // namespace hagaki::records
