#pragma once

#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "letter/fields.h"

namespace hagaki::letter {

/// A recipient made of a few strings, and trees for sections.
class FakeFields : public Fields {
 public:
  using Texts = std::map<std::string, std::string, std::less<>>;
  using Trees = std::map<std::string, FieldTree, std::less<>>;
  FakeFields() = default;
  explicit FakeFields(std::initializer_list<Texts::value_type> texts) : texts_(texts) {}
  explicit FakeFields(Texts texts) : texts_(std::move(texts)) {}
  FakeFields(std::initializer_list<Texts::value_type> texts, Trees trees)
      : texts_(texts), trees_(std::move(trees)) {}

  [[nodiscard]] std::optional<std::string_view> text(std::string_view name) const override {
    const auto found = texts_.find(name);
    if (found == texts_.end()) return std::nullopt;
    return found->second;
  }
  [[nodiscard]] std::optional<FieldTree> tree(std::string_view name) const override {
    if (const auto found = trees_.find(name); found != trees_.end()) return found->second;
    if (const auto found = texts_.find(name); found != texts_.end()) {
      FieldTree tree;
      tree.text = found->second;
      return tree;
    }
    return std::nullopt;
  }

 private:
  Texts texts_;
  Trees trees_;
};

}  // namespace hagaki::letter
