#include "harvest/columns.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "address/address.h"
#include "base/ascii.h"
#include "base/embedded.h"
#include "base/text.h"

HAGAKI_EMBEDDED(columns_json)

namespace hagaki::harvest {
namespace {

/// Full-width ASCII (U+FF01-FF5E) and the ideographic space as ASCII, the rest unchanged.
std::string half_width(std::string_view s) {
  std::string out;
  out.reserve(s.size());
  for (std::size_t i = 0; i < s.size();) {
    const auto at = [&](std::size_t k) { return static_cast<unsigned char>(s[i + k]); };
    if (i + 2 < s.size() && at(0) == 0xef && (at(1) == 0xbc || at(1) == 0xbd)) {
      const unsigned low = (at(1) - 0xbcU) * 64 + (at(2) - 0x80U);  // from U+FF00
      if (low >= 0x01 && low <= 0x5e) {
        out += static_cast<char>(low + 0x20);
        i += 3;
        continue;
      }
    }
    if (s.substr(i).starts_with("\u3000")) {
      out += ' ';
      i += 3;
      continue;
    }
    out += s[i++];
  }
  return out;
}

/// `s` without a last "(…)", "[…]" or "【…】".
std::string_view without_remark(std::string_view s) {
  constexpr std::pair<std::string_view, std::string_view> kBrackets[] = {
      {"(", ")"}, {"[", "]"}, {"【", "】"}, {"<", ">"}};
  for (const auto& [open, close] : kBrackets) {
    if (!s.ends_with(close)) continue;
    const auto at = s.rfind(open);
    if (at != std::string_view::npos && at > 0) return trim(s.substr(0, at));
  }
  return s;
}

/// Marks that are neither letter nor digit but stand beyond ASCII.
bool starts_with_mark(std::string_view s, std::size_t& length) {
  for (const std::string_view mark :
       {"・", "※", "：", "、", "。", "「", "」", "【", "】", "★", "●"}) {
    if (s.starts_with(mark)) {
      length = mark.size();
      return true;
    }
  }
  return false;
}

/// Lower case, without blanks and punctuation.
std::string folded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    std::size_t length = 0;
    if (starts_with_mark(text.substr(i), length)) {
      i += length;
      continue;
    }
    const char c = text[i++];
    if (static_cast<unsigned char>(c) >= 0x80 || is_alnum(c)) out += c;
  }
  return ascii_lower(out);
}

/// Names with a meaning of their own in a recipient record.
bool is_reserved(std::string_view field) {
  for (const std::string_view name :
       {"type", "v", "provenance", "consent", "domain", "mx", "mx_status", "dnssec", "provider"}) {
    if (field == name) return true;
  }
  return false;
}

/// Sets `plan` by the overrides; `find` gives a column (or the count for none).
template <class Find>
Result<void> apply_overrides(const std::vector<std::string>& texts, ColumnPlan& plan, Find find) {
  auto overrides = read_overrides(texts);
  if (!overrides) return tl::unexpected(overrides.error());
  for (const auto& o : *overrides) {
    std::size_t column = find(o.column);
    if (column >= plan.fields.size()) {
      const auto number = parse_unsigned(o.column, plan.fields.size());
      if (!number || *number == 0) {
        return fail(ErrorCode::Config, "there is no such column",
                    "--map " + o.field + "=" + o.column);
      }
      column = static_cast<std::size_t>(*number - 1);
    }
    for (auto& field : plan.fields) {
      if (field == o.field) field.clear();
    }
    plan.fields[column] = o.field;
  }
  return {};
}

/// Gives every column a name of its own and finds the address; `fallback` names a nameless column.
template <class Fallback>
Result<ColumnPlan> settle(ColumnPlan plan, Fallback fallback) {
  std::set<std::string> taken;
  std::map<std::string, int> numbers;  // of columns whose names are the same
  for (const auto& field : plan.fields) {
    if (field == "email") taken.insert(field);
  }
  plan.email = plan.fields.size();
  for (std::size_t i = 0; i < plan.fields.size(); ++i) {
    auto& field = plan.fields[i];
    if (field == "email" && plan.email == plan.fields.size()) {
      plan.email = i;
      continue;
    }
    std::string name = field.empty() ? fallback(i) : field;
    if (name.empty()) name = "column_" + std::to_string(i + 1);
    if (is_reserved(name)) name += "_column";
    std::string unique = name;
    for (auto& n = numbers[name]; taken.contains(unique); ++n) {
      unique = name + "_" + std::to_string(n + 2);
    }
    taken.insert(unique);
    field = std::move(unique);
  }
  if (plan.email == plan.fields.size()) {
    return fail(ErrorCode::Syntax,
                "no column is known to hold mail addresses; name it with --map email=COLUMN");
  }
  return plan;
}

}  // namespace

Result<std::vector<ColumnOverride>> read_overrides(const std::vector<std::string>& texts) {
  std::vector<ColumnOverride> out;
  for (const auto& text : texts) {
    const auto equals = text.find('=');
    const auto field = trim(std::string_view(text).substr(0, equals));
    if (equals == std::string::npos || field.empty() || equals + 1 == text.size()) {
      return fail(ErrorCode::Config, "not of the form FIELD=COLUMN", "--map " + text);
    }
    if (is_reserved(field)) {
      return fail(ErrorCode::Config, "the field is one that hagaki writes itself", "--map " + text);
    }
    out.push_back({std::string(field), text.substr(equals + 1)});
  }
  return out;
}

std::string fold_header(std::string_view header) {
  const std::string half = half_width(header);
  return folded(without_remark(trim(half)));
}

std::string snake_case(std::string_view header) {
  const std::string text = half_width(trim(header));
  std::string out;
  bool gap = false;
  char before = 0;
  for (std::size_t i = 0; i < text.size();) {
    std::size_t length = 1;
    const char c = text[i];
    const bool mark = starts_with_mark(std::string_view(text).substr(i), length);
    i += length;
    const bool kept = !mark && (static_cast<unsigned char>(c) >= 0x80 || is_alnum(c));
    if (!kept) {
      gap = true;
      before = 0;
      continue;
    }
    const bool upper = c >= 'A' && c <= 'Z';
    if (upper && (is_lower(before) || is_digit(before))) gap = true;
    if (gap && !out.empty()) out += '_';
    gap = false;
    out += upper ? static_cast<char>(c | 0x20) : c;
    before = c;
  }
  return out;
}

Result<ColumnNames> ColumnNames::parse(std::string_view text) {
  const auto wrong = [](const std::string& what) {
    return fail(ErrorCode::Config, what, "column table");
  };
  const auto json = nlohmann::json::parse(text, nullptr, false);
  if (!json.is_object()) return wrong("not a JSON object");
  const auto columns = json.find("columns");
  if (columns == json.end() || !columns->is_array()) return wrong("lacks the list \"columns\"");
  ColumnNames out;
  for (const auto& column : *columns) {
    const auto field = column.find("field");
    const auto headers = column.find("headers");
    if (!column.is_object() || field == column.end() || !field->is_string() ||
        headers == column.end() || !headers->is_array()) {
      return wrong("a column has \"field\" and the list \"headers\"");
    }
    for (const auto& header : *headers) {
      if (!header.is_string()) return wrong("a header is a text");
      const auto folded = fold_header(header.get_ref<const std::string&>());
      if (!out.fields_.emplace(folded, field->get<std::string>()).second &&
          out.fields_[folded] != field->get_ref<const std::string&>()) {
        return wrong("two fields claim \"" + header.get<std::string>() + "\"");
      }
    }
  }
  return out;
}

Result<ColumnNames> ColumnNames::builtin() {
  return parse(embedded::columns_json);
}

std::string_view ColumnNames::field(std::string_view header) const {
  // Whole first: お名前(姓) is another column than お名前.
  const std::string half = half_width(header);
  auto at = fields_.find(folded(half));
  if (at == fields_.end()) at = fields_.find(fold_header(header));
  return at == fields_.end() ? std::string_view() : std::string_view(at->second);
}

Result<ColumnPlan> plan_columns(const std::vector<std::string>& header, const ColumnNames& names,
                                const std::vector<std::string>& overrides) {
  ColumnPlan plan;
  for (const auto& text : header) {
    auto field = names.field(text);
    const auto taken = [&] {
      return std::find(plan.fields.begin(), plan.fields.end(), field) != plan.fields.end();
    };
    // The first column of a kind is it, and of addresses the second too; others keep their header.
    if (field == "email" && taken()) field = "alt_email";
    plan.fields.emplace_back(taken() ? std::string_view() : field);
  }
  const auto find = [&](const std::string& column) {
    const auto wanted = fold_header(column);
    const auto at = std::find_if(header.begin(), header.end(), [&](const std::string& text) {
      return trim(text) == trim(column) || (!wanted.empty() && fold_header(text) == wanted);
    });
    return static_cast<std::size_t>(at - header.begin());
  };
  if (auto ok = apply_overrides(overrides, plan, find); !ok) return tl::unexpected(ok.error());
  if (std::find(plan.fields.begin(), plan.fields.end(), "email") == plan.fields.end()) {
    const auto alt = std::find(plan.fields.begin(), plan.fields.end(), "alt_email");
    if (alt != plan.fields.end()) *alt = "email";
  }
  return settle(std::move(plan), [&](std::size_t i) { return snake_case(header[i]); });
}

Result<ColumnPlan> plan_without_header(const std::vector<std::string>& first,
                                       const std::vector<std::string>& overrides) {
  ColumnPlan plan;
  plan.fields.resize(first.size());
  const auto is_address = [](const std::string& text) {
    return Address::parse(bare_address(text)).has_value();
  };
  if (std::count_if(first.begin(), first.end(), is_address) == 1) {
    const auto at = std::find_if(first.begin(), first.end(), is_address);
    plan.fields[static_cast<std::size_t>(at - first.begin())] = "email";
  }
  const auto none = [&](const std::string&) { return first.size(); };
  if (auto ok = apply_overrides(overrides, plan, none); !ok) return tl::unexpected(ok.error());
  return settle(std::move(plan), [](std::size_t) { return std::string(); });
}

bool is_data_row(const std::vector<std::string>& first) {
  return std::any_of(first.begin(), first.end(), [](const std::string& text) {
    return text.find('@') != std::string::npos && Address::parse(bare_address(text)).has_value();
  });
}

}  // namespace hagaki::harvest
