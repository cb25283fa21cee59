#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hagaki::letter {

/// A value that a template's section looks into.
struct FieldTree {
  enum class Kind { Text, True, False, List, Object };
  Kind kind = Kind::Text;
  struct Member;
  std::string text;              ///< of Text: strings and numbers
  std::vector<FieldTree> items;  ///< of List
  std::vector<Member> members;   ///< of Object
};

struct FieldTree::Member {
  std::string name;
  FieldTree value;
};

/// Where a template's merge fields come from: one recipient.
class Fields {
 public:
  virtual ~Fields() = default;
  /// The text of a scalar (string, number, true, false) under `name`; a dot descends into objects
  /// ("provenance.ref"). Nothing when it is absent, null, a list or an object. The view lives as
  /// long as the recipient.
  [[nodiscard]] virtual std::optional<std::string_view> text(std::string_view name) const = 0;
  /// The value under `name` (no dots) with everything in it; nothing when absent or null.
  [[nodiscard]] virtual std::optional<FieldTree> tree(std::string_view name) const = 0;
};

/// For texts that use no fields.
class NoFields : public Fields {
 public:
  [[nodiscard]] std::optional<std::string_view> text(std::string_view) const override {
    return std::nullopt;
  }
  [[nodiscard]] std::optional<FieldTree> tree(std::string_view) const override {
    return std::nullopt;
  }
};

}  // namespace hagaki::letter
