#pragma once

#include <cstdint>
#include <deque>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hagaki::records {

/// One JSON object as it was read: its top-level fields as views into the line. Valid until the
/// Reader that made it reads on. Nothing is unescaped or copied before it is asked for.
class Line {
 public:
  struct Field {
    std::string_view key;    ///< unescaped
    std::string_view value;  ///< raw JSON text
    std::size_t begin;       ///< offset in raw() of the key's opening quote
    std::size_t end;         ///< offset in raw() just behind the value
  };

  /// The line's bytes as they came, without the line end.
  [[nodiscard]] std::string_view raw() const { return raw_; }
  /// Line number in its file, from 1.
  [[nodiscard]] std::uint64_t number() const { return number_; }
  [[nodiscard]] const std::vector<Field>& fields() const { return fields_; }

  /// Raw JSON of a top-level field; nothing when it is absent.
  [[nodiscard]] std::optional<std::string_view> find(std::string_view key) const;
  /// A string field, unescaped; nothing when absent, null or not a string. The view lives as long
  /// as the line (unescaped copies are kept by the line).
  [[nodiscard]] std::optional<std::string_view> string(std::string_view key) const;
  [[nodiscard]] std::optional<std::int64_t> integer(std::string_view key) const;
  [[nodiscard]] std::optional<bool> boolean(std::string_view key) const;
  /// Raw JSON of a field inside an object field, the first of its name; nothing when it is absent.
  [[nodiscard]] std::optional<std::string_view> raw_member(std::string_view key,
                                                           std::string_view inner) const;
  /// A string field inside an object field: member("consent", "basis").
  [[nodiscard]] std::optional<std::string_view> member(std::string_view key,
                                                       std::string_view inner) const;

  /// "email"; never empty in a line that a Reader with `require_email` hands out.
  [[nodiscard]] std::string_view email() const { return string("email").value_or(""); }
  /// "type", or "recipient" where the line has none (any JSON with `email` is a recipient).
  [[nodiscard]] std::string_view type() const { return string("type").value_or("recipient"); }

  /// The line byte for byte, with `fragment` (`"k":v,"k2":v2`, may be empty) added at its end.
  /// Fields of `fragment` that the line has already must be named in `replaced`: they are taken
  /// out where they stood. No line end.
  [[nodiscard]] std::string with(std::string_view fragment,
                                 std::initializer_list<std::string_view> replaced = {}) const;

 private:
  friend class LineParser;
  friend class LineScanner;
  friend std::string_view duplicate_key(const std::vector<Field>& fields);
  /// Most keys differ in length or first letter: a look, and no call.
  static bool same(std::string_view a, std::string_view b) {
    return a.size() == b.size() && (a.empty() || (a.front() == b.front() && a == b));
  }
  std::string_view raw_;
  std::uint64_t number_ = 0;
  std::vector<Field> fields_;
  mutable std::deque<std::string> unescaped_;  // keeps what string() gave out
};

}  // namespace hagaki::records
