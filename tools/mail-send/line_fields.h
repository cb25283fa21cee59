#pragma once

#include <list>
#include <optional>
#include <string>
#include <string_view>

#include "letter/fields.h"
#include "records/line.h"

/// A recipient's record as a template's fields: its top-level scalars, and with dots what lies
/// inside its objects. `line` must outlive it.
class LineFields : public hagaki::letter::Fields {
 public:
  explicit LineFields(const hagaki::records::Line& line) : line_(line) {}
  [[nodiscard]] std::optional<std::string_view> text(std::string_view name) const override;
  [[nodiscard]] std::optional<hagaki::letter::FieldTree> tree(std::string_view name) const override;

 private:
  const hagaki::records::Line& line_;
  mutable std::list<std::string> unescaped_;
};
