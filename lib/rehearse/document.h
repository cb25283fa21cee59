#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace hagaki::rehearse {

/// One value of a TOML document, with the line it stands on. Tables keep their keys in
/// alphabetical order, arrays their own.
struct Node {
  enum class Kind { Table, Array, String, Integer, Real, Boolean, Other };
  Kind kind = Kind::Table;
  std::string text;               ///< of a String
  std::int64_t integer = 0;       ///< of an Integer
  double real = 0;                ///< of a Real, and of an Integer
  bool boolean = false;           ///< of a Boolean
  std::vector<std::string> keys;  ///< of a Table, one for each child
  std::vector<Node> children;     ///< of a Table or an Array
  unsigned line = 0;

  /// The child of a table; nullptr when there is none.
  [[nodiscard]] const Node* find(std::string_view key) const;
};

/// Parses TOML 1.0. Error::Config names the line as "name:line".
Result<Node> parse_document(std::string_view toml, const std::string& name);

/// Takes a table's values by key and remembers which keys it was asked for, so that a misspelt one
/// is an error and not silently without effect. The first error stays; later calls change nothing.
class Fields {
 public:
  /// `table`, `name` and `error` must outlive the reader.
  Fields(const Node& table, const std::string& name, std::optional<Error>& error);

  /// Each leaves `out` as it is when the key is absent, and sets the error when the value has
  /// another type or is out of range.
  void text(std::string_view key, std::string& out);
  void flag(std::string_view key, bool& out);
  /// A list of strings, or one string.
  void texts(std::string_view key, std::vector<std::string>& out);
  /// A table of strings, in key order.
  void pairs(std::string_view key, std::vector<std::pair<std::string, std::string>>& out);
  template <class T>
  void number(std::string_view key, T& out, std::int64_t min, std::int64_t max) {
    std::int64_t value = static_cast<std::int64_t>(out);
    whole(key, value, min, max);
    out = static_cast<T>(value);
  }
  template <class E>
  void choice(std::string_view key, E& out,
              std::initializer_list<std::pair<std::string_view, E>> names) {
    std::string given;
    text(key, given);
    if (given.empty()) return;
    std::string all;
    for (const auto& [word, value] : names) {
      if (word == given) {
        out = value;
        return;
      }
      all += (all.empty() ? "" : ", ") + std::string(word);
    }
    wrong(find(key), std::string(key) + " must be one of " + all);
  }

  /// The raw value; nullptr when absent.
  const Node* find(std::string_view key);
  /// Records an error at `node` (at the table when null).
  void wrong(const Node* node, std::string message);
  /// Call last: a key nobody asked for is an error.
  void done();

 private:
  void whole(std::string_view key, std::int64_t& out, std::int64_t min, std::int64_t max);
  const Node& table_;
  const std::string& name_;
  std::optional<Error>& error_;
  std::vector<std::string_view> known_;
};

}  // namespace hagaki::rehearse
