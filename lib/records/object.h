#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace hagaki::records {

/// Builds one JSON object in field order. Strings that are not UTF-8 get U+FFFD where they break;
/// an empty string or an empty optional adds nothing (absent means unknown).
class Object {
 public:
  Object();
  ~Object();
  Object(Object&&) noexcept;
  Object& operator=(Object&&) noexcept;

  Object& add(std::string_view key, std::string_view value);
  /// Adds a string that may be empty, for forms that leave no field out.
  Object& put(std::string_view key, std::string_view value);
  Object& add(std::string_view key, const char* value) { return add(key, std::string_view(value)); }
  Object& add(std::string_view key, bool value);
  Object& add(std::string_view key, int value) {
    return add(key, static_cast<std::int64_t>(value));
  }
  Object& add(std::string_view key, std::int64_t value);
  Object& add(std::string_view key, Timestamp value);
  Object& add(std::string_view key, const std::vector<std::string>& values);
  Object& add(std::string_view key, const Object& value);
  Object& add(std::string_view key, const std::vector<Object>& values);
  template <class T>
  Object& add(std::string_view key, const std::optional<T>& value) {
    return value ? add(key, *value) : *this;
  }
  /// Adds a value that is JSON already (from Line::find).
  Object& add_raw(std::string_view key, std::string_view json);

  [[nodiscard]] bool empty() const;
  /// `{"a":1,"b":2}`
  [[nodiscard]] std::string line() const;
  /// `"a":1,"b":2`, as Line::with() takes it.
  [[nodiscard]] std::string fragment() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace hagaki::records
