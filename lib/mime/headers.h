#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mime/lines.h"

namespace hagaki::mime {

/// A header section read in place: names and values are views into the mail.
class Headers {
 public:
  struct Field {
    std::string_view name;
    std::string_view value;  ///< as written, still folded, ends trimmed
  };

  /// Reads fields up to the first blank line (RFC 5322 §2.2) and says in `body_at` where the body
  /// begins. Tolerated: an mbox From_ line first, blanks before a colon, no blank line before a
  /// body whose first line is no field. Stops after limits::kHeaderBytes.
  static Headers parse(std::string_view text, LineEnds ends, std::size_t& body_at);
  /// The same where only the fields matter.
  static Headers parse(std::string_view text);

  /// All fields of a text in which blank lines part groups of them; other lines are passed over.
  static Headers parse_groups(std::string_view text);

  /// Value of the first field called `name`, as written; nothing when there is none.
  [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const;
  /// The same as an empty view where there is none.
  [[nodiscard]] std::string_view get(std::string_view name) const;
  /// Value unfolded and its encoded words decoded, as UTF-8; empty where there is none.
  [[nodiscard]] std::string text(std::string_view name) const;
  [[nodiscard]] const std::vector<Field>& fields() const { return fields_; }
  [[nodiscard]] bool empty() const { return fields_.empty(); }
  /// Adds a field behind all others.
  void add(const Field& field) {
    fields_.push_back(field);
    kinds_ |= kind_of(field.name);
  }

 private:
  /// One of 64 bits that a name stands for, whatever its case.
  static std::uint64_t kind_of(std::string_view name) {
    if (name.empty()) return 1;
    const auto end = [](char c) { return static_cast<unsigned char>(c) & 0x1Fu; };
    return std::uint64_t{1} << ((name.size() * 5 + end(name.front()) * 3 + end(name.back())) & 63);
  }

  std::vector<Field> fields_;
  std::uint64_t kinds_ = 0;  ///< of all fields: most fields that are asked for are not there
};

/// The mail addresses in an address field (RFC 5322 §3.4), in order: comments, display names and
/// group names left out. Tolerant: what cannot be an address is passed over, nothing is validated
/// beyond an "@" with something on both sides.
std::vector<std::string> addresses_of(std::string_view field);

}  // namespace hagaki::mime
