#include "harvest/contact.h"

#include <algorithm>
#include <utility>

namespace hagaki::harvest {

ContactMapper::ContactMapper(const ColumnNames& names, std::vector<ColumnOverride> overrides,
                             Consent consent)
    : names_(&names), overrides_(std::move(overrides)), consent_(std::move(consent)) {}

Result<ContactMapper> ContactMapper::create(const ColumnNames& names,
                                            const std::vector<std::string>& overrides,
                                            Consent consent) {
  auto read = read_overrides(overrides);
  if (!read) return tl::unexpected(read.error());
  for (auto& one : *read) one.column = fold_header(one.column);
  return ContactMapper(names, std::move(*read), std::move(consent));
}

Result<std::optional<Recipient>> ContactMapper::map(Contact& contact) const {
  ColumnPlan plan;
  CsvRecord record;
  record.line = contact.line;
  std::vector<std::string> complaints = std::move(contact.complaints);
  const auto has = [&](std::string_view field) {
    return std::find(plan.fields.begin(), plan.fields.end(), field) != plan.fields.end();
  };
  const auto take = [&](std::string_view field, Contact::Value& value) {
    if (!value.readable) {
      complaints.push_back(value.header + ": bytes that are no text");
      return;
    }
    if (value.text.empty()) return;
    if (field == "email" && has("email")) field = "alt_email";
    if (has(field)) return;
    plan.fields.emplace_back(field);
    record.fields.push_back(std::move(value.text));
  };
  // What --map names comes before what the standards mean.
  std::vector<bool> mapped(contact.values.size());
  for (const auto& one : overrides_) {
    for (std::size_t i = 0; i < contact.values.size(); ++i) {
      if (mapped[i] || fold_header(contact.values[i].header) != one.column) continue;
      mapped[i] = true;
      take(one.field, contact.values[i]);
    }
  }
  for (std::size_t i = 0; i < contact.values.size(); ++i) {
    if (mapped[i]) continue;
    auto& value = contact.values[i];
    const auto field = value.field.empty() ? names_->field(value.header) : value.field;
    if (!field.empty()) take(std::string(field), value);
  }
  const auto email = std::find(plan.fields.begin(), plan.fields.end(), "email");
  if (email == plan.fields.end()) {
    const auto alt = std::find(plan.fields.begin(), plan.fields.end(), "alt_email");
    if (alt == plan.fields.end()) return std::optional<Recipient>();
    *alt = "email";
  }
  plan.email = static_cast<std::size_t>(std::find(plan.fields.begin(), plan.fields.end(), "email") -
                                        plan.fields.begin());
  auto recipient = RowMapper(std::move(plan), consent_).map(record);
  if (!recipient) return tl::unexpected(recipient.error());
  recipient->complaints.insert(recipient->complaints.end(), complaints.begin(), complaints.end());
  return std::optional<Recipient>(std::move(*recipient));
}

}  // namespace hagaki::harvest
