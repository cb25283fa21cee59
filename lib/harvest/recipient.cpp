#include "harvest/recipient.h"

#include <algorithm>

#include "address/address.h"
#include "base/loose_time.h"
#include "base/text.h"

namespace hagaki::harvest {
namespace {

/// Why `text` is no address, with the usual cause named where it can be seen.
Error explain(std::string_view text, Error error) {
  if (text.find("＠") != std::string_view::npos || text.find("．") != std::string_view::npos) {
    error.message = "full-width characters in the address";
  }
  error.message += ": \"" + std::string(utf8_prefix(text, 100)) + '"';
  error.context.clear();
  return error;
}

Result<void> set_address(std::string_view text, Recipient& out) {
  auto address = Address::parse(text);
  // "Taro <taro@example.jp>" is common in address columns.
  if (!address) {
    if (const auto bare = bare_address(text); bare != text) {
      if (auto again = Address::parse(bare)) address = std::move(again);
    }
  }
  if (!address) return tl::unexpected(explain(text, address.error()));
  out.email = address->text();
  if (out.email.ends_with('.')) out.email.pop_back();  // the root of DNS is no part of an address
  out.domain = address->domain().ascii();
  return {};
}

/// Where in a cell that is no address the first of several ends; npos where it holds no two.
std::size_t first_of_several(std::string_view cell) {
  const auto sign = cell.find('@');
  const auto end = sign == std::string_view::npos ? sign : cell.find_first_of(";,/|\n\r", sign);
  if (end == std::string_view::npos || cell.find('@', end) == std::string_view::npos) {
    return std::string_view::npos;
  }
  return end;
}

/// `s` without blanks at its ends, those of other scripts too: cells often end in an ideographic
/// space, a no-break space or a mark that nobody sees.
std::string_view trim_cell(std::string_view s) {
  constexpr std::string_view kBlanks[] = {"\u3000", "\u00a0", "\u200b", "\ufeff"};
  for (;;) {
    s = trim(s);
    const auto before = s.size();
    for (const auto blank : kBlanks) {
      if (s.starts_with(blank)) s.remove_prefix(blank.size());
      if (s.ends_with(blank)) s.remove_suffix(blank.size());
    }
    if (s.size() == before) return s;
  }
}

/// 山田 太郎, but Taro Yamada.
std::string joined_name(const std::string& family, const std::string& given) {
  if (family.empty() || given.empty()) return {};
  return is_ascii(family) && is_ascii(given) ? given + ' ' + family : family + ' ' + given;
}

}  // namespace

RowMapper::RowMapper(ColumnPlan plan, Consent consent)
    : plan_(std::move(plan)), alt_email_(plan_.fields.size()), consent_(std::move(consent)) {
  for (std::size_t i = 0; i < plan_.fields.size(); ++i) {
    const auto& field = plan_.fields[i];
    Role role = Role::Field;
    if (field == "alt_email") alt_email_ = i;
    parts_ = parts_ || field == "family_name";
    kana_parts_ = kana_parts_ || field == "family_name_kana";
    if (i == plan_.email) role = Role::Email;
    if (field == "name") role = Role::Name;
    if (field == "consent_basis") role = Role::ConsentBasis;
    if (field == "consent_at") role = Role::ConsentAt;
    if (field == "consent_evidence") role = Role::ConsentEvidence;
    if (field == "consent_expires_at") role = Role::ConsentExpires;
    roles_.push_back(role);
  }
}

/// The first address of the row, and what else stands in its cell for `alt_email`.
Result<void> RowMapper::set_addresses(std::vector<std::string>& cells, Recipient& out) const {
  const auto cell = [&](std::size_t column) {
    return column < cells.size() ? trim_cell(cells[column]) : std::string_view();
  };
  std::string first(cell(plan_.email));
  if (first.empty() && alt_email_ < cells.size()) {
    first = cell(alt_email_);
    cells[alt_email_].clear();
  }
  if (first.empty()) return fail(ErrorCode::Syntax, "no address");
  // Google's export has several addresses of one kind in one cell.
  if (const auto parting = first.find(" ::: "); parting != std::string::npos) {
    if (alt_email_ >= plan_.fields.size()) {
      out.fields.emplace_back("alt_email", trim_cell(std::string_view(first).substr(parting + 5)));
      auto& alt = out.fields.back().second;
      alt.resize(std::min(alt.find(" ::: "), alt.size()));
    }
    first.resize(parting);
  }
  if (first.starts_with('\'')) first.erase(0, 1);  // by which Excel is told that a cell is text
  auto whole = set_address(trim_cell(first), out);
  const auto end = whole ? std::string::npos : first_of_several(first);
  if (end == std::string::npos) return whole;
  auto rest = std::string_view(first).substr(end);
  const auto next = rest.find_first_not_of(";,/|\r\n \t");
  rest.remove_prefix(std::min(next, rest.size()));
  const auto more = first_of_several(rest);
  if (alt_email_ >= plan_.fields.size()) {
    out.fields.emplace_back("alt_email", trim_cell(rest.substr(0, more)));
  } else {
    out.complaints.push_back("more than one address in the cell, not taken: \"" +
                             std::string(utf8_prefix(rest, 100)) + '"');
    return set_address(trim_cell(std::string_view(first).substr(0, end)), out);
  }
  if (more != std::string_view::npos) {
    out.complaints.push_back("more than two addresses in the cell, not taken: \"" +
                             std::string(utf8_prefix(trim_cell(rest.substr(more + 1)), 100)) + '"');
  }
  return set_address(trim_cell(std::string_view(first).substr(0, end)), out);
}

Result<Recipient> RowMapper::map(CsvRecord& record) const {
  auto& cells = record.fields;
  while (cells.size() > roles_.size() && trim_cell(cells.back()).empty()) cells.pop_back();
  if (cells.size() > roles_.size()) {
    return fail(ErrorCode::Syntax, std::to_string(cells.size()) + " fields where the header has " +
                                       std::to_string(roles_.size()));
  }
  Recipient out;
  if (auto ok = set_addresses(cells, out); !ok) return tl::unexpected(ok.error());
  Consent own;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const auto text = trim_cell(cells[i]);
    if (text.empty()) continue;
    const auto time = [&](std::optional<Timestamp>& target) {
      if (const auto read = parse_loose_time(text)) {
        target = read;
      } else {
        out.complaints.push_back(plan_.fields[i] + " is no date: \"" +
                                 std::string(utf8_prefix(text, 100)) + '"');
      }
    };
    switch (roles_[i]) {
      case Role::Email:
        break;
      case Role::Name:
        out.name = text;
        break;
      case Role::ConsentBasis:
        own.basis = text;
        break;
      case Role::ConsentEvidence:
        own.evidence = text;
        break;
      case Role::ConsentAt:
        time(own.at);
        break;
      case Role::ConsentExpires:
        time(own.expires_at);
        break;
      case Role::Field:
        if (text.size() != cells[i].size()) cells[i] = std::string(text);
        out.fields.emplace_back(plan_.fields[i], std::move(cells[i]));
        break;
    }
  }
  // Somebody whose list states a ground of their own is no case of what holds for the others.
  if (own.basis.empty()) {
    own.basis = consent_.basis;
    if (own.evidence.empty()) own.evidence = consent_.evidence;
    if (!own.at) own.at = consent_.at;
    if (!own.expires_at) own.expires_at = consent_.expires_at;
  }
  out.consent = std::move(own);
  const auto value = [&](std::string_view key) {
    const auto at = std::find_if(out.fields.begin(), out.fields.end(),
                                 [&](const auto& field) { return field.first == key; });
    return at == out.fields.end() ? std::string() : at->second;
  };
  if (parts_ && out.name.empty()) out.name = joined_name(value("family_name"), value("given_name"));
  if (kana_parts_ && value("name_kana").empty()) {
    auto kana = joined_name(value("family_name_kana"), value("given_name_kana"));
    if (!kana.empty()) out.fields.emplace_back("name_kana", std::move(kana));
  }
  return out;
}

Result<Recipient> bare_recipient(std::string_view address, const Consent& consent) {
  Recipient out;
  if (auto ok = set_address(trim_cell(address), out); !ok) return tl::unexpected(ok.error());
  out.consent = consent;
  return out;
}

}  // namespace hagaki::harvest
