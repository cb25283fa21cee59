#include "reason/rows.h"

#include <simdjson.h>
#include <algorithm>
#include <array>
#include <optional>
#include <set>

#include "base/limits.h"
#include "reason/patterns.h"

namespace hagaki::reason {
namespace {

using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::object;

constexpr std::array<std::string_view, 35> kReasons = {
    "userunknown",     "hostunknown",  "hasmoved",        "notaccept",    "mailboxfull",
    "suspend",         "filtered",     "rejected",        "blocked",      "badreputation",
    "requireptr",      "authfailure",  "notcompliantrfc", "spamdetected", "virusdetected",
    "policyviolation", "contenterror", "securityerror",   "norelaying",   "failedstarttls",
    "mesgtoobig",      "exceedlimit",  "speeding",        "toomanyconn",  "expired",
    "networkerror",    "systemerror",  "systemfull",      "mailererror",  "syntaxerror",
    "suppressed",      "onhold",       "undefined",       "delivered",    "feedback"};

constexpr std::array<std::string_view, 11> kFields = {"id",      "reason", "match", "code",
                                                      "status",  "phase",  "host",  "source",
                                                      "example", "before", "off"};

/// The value under `key`, or nothing.
std::optional<element> member(const object& from, std::string_view key) {
  element value;
  if (from.at_key(key).get(value) != simdjson::SUCCESS) return std::nullopt;
  return value;
}

/// A string, or nothing where the value is none.
std::optional<std::string> string_of(const element& value) {
  std::string_view text;
  if (value.get(text) != simdjson::SUCCESS) return std::nullopt;
  return std::string(text);
}

/// A field that is one string or a list of them; true where it is absent.
bool read_strings(const object& row, std::string_view key, std::vector<std::string>& out) {
  const auto value = member(row, key);
  if (!value) return true;
  if (auto one = string_of(*value)) {
    out.push_back(std::move(*one));
    return true;
  }
  array list;
  if (value->get(list) != simdjson::SUCCESS) return false;
  for (const auto entry : list) {
    auto text = string_of(entry);
    if (!text) return false;
    out.push_back(std::move(*text));
  }
  return true;
}

bool read_string(const object& row, std::string_view key, std::string& out) {
  const auto value = member(row, key);
  if (!value) return true;
  auto text = string_of(*value);
  if (text) out = std::move(*text);
  return text.has_value();
}

bool read_example(const object& row, Rule::Example& out) {
  const auto value = member(row, "example");
  if (!value) return false;
  if (auto text = string_of(*value)) {
    out.text = std::move(*text);
    return true;
  }
  object fields;
  if (value->get(fields) != simdjson::SUCCESS) return false;
  if (const auto code = member(fields, "code")) {
    std::int64_t number = 0;
    if (code->get(number) != simdjson::SUCCESS || number < 0 || number > 999) return false;
    out.code = static_cast<int>(number);
  }
  return read_string(fields, "status", out.status) && read_string(fields, "phase", out.phase) &&
         read_string(fields, "host", out.host) && read_string(fields, "text", out.text);
}

tl::unexpected<Error> bad(std::string what) {
  return fail(ErrorCode::Config, std::move(what));
}

Result<Row> read_row(const object& fields) {
  Row row;
  Rule& rule = row.rule;
  if (!read_string(fields, "id", rule.id) || rule.id.empty()) return bad("has no id");
  for (const auto field : fields) {
    if (std::find(kFields.begin(), kFields.end(), field.key) == kFields.end()) {
      return bad("has a field that no rule has: " + std::string(field.key));
    }
  }
  if (const auto off = member(fields, "off")) {
    if (off->get(row.off) != simdjson::SUCCESS) return bad("\"off\" is neither true nor false");
    if (row.off) return row;
  }
  if (!read_string(fields, "before", row.before)) return bad("\"before\" is no id");
  if (!read_string(fields, "reason", rule.reason) || !is_reason(rule.reason)) {
    return bad("has no reason that is known");
  }
  for (const auto& [key, out] : {std::pair{"match", &rule.match},
                                 {"code", &rule.code},
                                 {"status", &rule.status},
                                 {"phase", &rule.phase},
                                 {"host", &rule.host}}) {
    if (!read_strings(fields, key, *out)) {
      return bad(std::string("\"") + key + "\" is neither a string nor a list of strings");
    }
  }
  if (!read_string(fields, "source", rule.source)) return bad("\"source\" is no string");
  if (rule.match.empty() && rule.code.empty() && rule.status.empty() && rule.phase.empty()) {
    return bad("has no condition");
  }
  for (const auto& pattern : rule.match) {
    if (parse_pattern(pattern).empty()) {
      return bad("has an empty pattern, or an empty piece of one: \"" + pattern + "\"");
    }
  }
  if (!read_example(fields, rule.example)) return bad("has no example");
  return row;
}

}  // namespace

bool is_reason(std::string_view name) {
  return std::find(kReasons.begin(), kReasons.end(), name) != kReasons.end();
}

Result<std::vector<Row>> read_rows(std::string_view json) {
  if (json.size() > limits::kDataFile) return fail(ErrorCode::Limit, "rules too large");
  simdjson::dom::parser parser;
  element whole;
  if (const auto error = parser.parse(json.data(), json.size()).get(whole)) {
    return bad(std::string("not JSON: ") + simdjson::error_message(error));
  }
  object top;
  array list;
  if (whole.get(top) != simdjson::SUCCESS || top["rules"].get(list) != simdjson::SUCCESS) {
    return bad("no JSON object with a list \"rules\"");
  }
  std::vector<Row> rows;
  std::set<std::string> ids;
  for (const auto value : list) {
    const std::string number = "row " + std::to_string(rows.size() + 1);
    object fields;
    if (value.get(fields) != simdjson::SUCCESS) {
      return fail(ErrorCode::Config, "is no object", number);
    }
    auto row = read_row(fields);
    if (!row) {
      std::string id;
      (void)read_string(fields, "id", id);
      return fail(row.error().code, row.error().message,
                  id.empty() ? number : number + ", rule " + id);
    }
    if (!ids.insert(row->rule.id).second) {
      return fail(ErrorCode::Config, "id occurs twice", number + ", rule " + row->rule.id);
    }
    rows.push_back(std::move(*row));
  }
  return rows;
}

}  // namespace hagaki::reason
