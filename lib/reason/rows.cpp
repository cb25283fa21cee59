#include "reason/rows.h"

#include <simdjson.h>
#include <algorithm>
#include <array>
#include <optional>
#include <unordered_set>
#include <utility>

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

/// A string, or nothing where the value is none.
std::optional<std::string_view> text_of(const element& value) {
  std::string_view text;
  if (value.get(text) != simdjson::SUCCESS) return std::nullopt;
  return text;
}

bool read_string(const element& value, std::string& out) {
  const auto text = text_of(value);
  if (text) out = *text;
  return text.has_value();
}

/// A value that is one string or a list of them.
bool read_strings(const element& value, std::vector<std::string>& out) {
  if (const auto one = text_of(value)) {
    out.emplace_back(*one);
    return true;
  }
  array list;
  if (value.get(list) != simdjson::SUCCESS) return false;
  out.reserve(list.size());
  for (const auto entry : list) {
    const auto text = text_of(entry);
    if (!text) return false;
    out.emplace_back(*text);
  }
  return true;
}

bool read_example(const element& value, Rule::Example& out) {
  if (read_string(value, out.text)) return true;
  object fields;
  if (value.get(fields) != simdjson::SUCCESS) return false;
  for (const auto& [key, field] : fields) {
    if (key == "code") {
      std::int64_t number = 0;
      if (field.get(number) != simdjson::SUCCESS || number < 0 || number > 999) return false;
      out.code = static_cast<int>(number);
    }
    const auto wrong = [&](std::string_view name, std::string& text) {
      return key == name && !read_string(field, text);
    };
    if (wrong("status", out.status) || wrong("phase", out.phase) || wrong("host", out.host) ||
        wrong("text", out.text)) {
      return false;
    }
  }
  return true;
}

tl::unexpected<Error> bad(std::string what) {
  return fail(ErrorCode::Config, std::move(what));
}

enum class Field { Id, Reason, Match, Code, Status, Phase, Host, Source, Example, Before, Off };
/// Their names, in the same order.
constexpr std::array<std::string_view, 11> kFields = {"id",      "reason", "match", "code",
                                                      "status",  "phase",  "host",  "source",
                                                      "example", "before", "off"};

/// Reads a row's fields into `row`, and what is wrong with them first.
struct Fields {
  explicit Fields(Row& out) : row(out) {}

  Row& row;
  bool has_example = false;
  std::uint32_t seen = 0;   ///< a bit a field
  std::string wrong;        ///< with the row as such
  std::string wrong_value;  ///< with what does not count in a row that is off

  void take(std::string_view key, const element& value) {
    const auto field = std::find(kFields.begin(), kFields.end(), key) - kFields.begin();
    if (field == std::ssize(kFields))
      return note(wrong, "has a field that no rule has: " + std::string(key));
    if ((seen >> field & 1U) != 0) return note(wrong, "has a field twice: " + std::string(key));
    seen |= 1U << field;
    Rule& rule = row.rule;
    const auto take_string = [&](std::string& out, const char* problem) {
      if (!read_string(value, out)) note(wrong_value, problem);
    };
    const auto take_strings = [&](std::vector<std::string>& out) {
      if (!read_strings(value, out)) {
        note(wrong_value, '"' + std::string(key) + "\" is neither a string nor a list of strings");
      }
    };
    switch (static_cast<Field>(field)) {
      case Field::Id:
        return take_string(rule.id, "has no id");
      case Field::Reason:
        return take_string(rule.reason, "has no reason that is known");
      case Field::Match:
        return take_strings(rule.match);
      case Field::Code:
        return take_strings(rule.code);
      case Field::Status:
        return take_strings(rule.status);
      case Field::Phase:
        return take_strings(rule.phase);
      case Field::Host:
        return take_strings(rule.host);
      case Field::Source:
        return take_string(rule.source, "\"source\" is no string");
      case Field::Example:
        has_example = read_example(value, rule.example);
        return;
      case Field::Before:
        return take_string(row.before, "\"before\" is no id");
      case Field::Off:
        if (value.get(row.off) != simdjson::SUCCESS) {
          note(wrong, "\"off\" is neither true nor false");
        }
    }
  }

  static void note(std::string& problem, std::string what) {
    if (problem.empty()) problem = std::move(what);
  }
};

Result<void> read_row(const object& object, Row& row) {
  Fields fields(row);
  for (const auto& [key, value] : object) fields.take(key, value);
  const Rule& rule = row.rule;
  if (rule.id.empty()) return bad("has no id");
  if (!fields.wrong.empty()) return bad(std::move(fields.wrong));
  if (row.off) return {};
  if (!fields.wrong_value.empty()) return bad(std::move(fields.wrong_value));
  if (!is_reason(rule.reason)) return bad("has no reason that is known");
  if (rule.match.empty() && rule.code.empty() && rule.status.empty() && rule.phase.empty()) {
    return bad("has no condition");
  }
  for (const auto& pattern : rule.match) {
    if (!is_pattern(pattern)) {
      return bad("has an empty pattern, or an empty piece of one: \"" + pattern + "\"");
    }
  }
  if (!fields.has_example) return bad("has no example");
  return {};
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
  rows.reserve(list.size());
  std::unordered_set<std::string_view> ids;  // as the parser holds them
  for (const auto value : list) {
    const auto where = [&](std::string_view id) {
      const std::string number = "row " + std::to_string(rows.size());
      return id.empty() ? number : number + ", rule " + std::string(id);
    };
    Row& row = rows.emplace_back();
    object fields;
    if (value.get(fields) != simdjson::SUCCESS) {
      return fail(ErrorCode::Config, "is no object", where({}));
    }
    element given;
    const bool named = fields.at_key("id").get(given) == simdjson::SUCCESS;
    const auto id = named ? text_of(given).value_or("") : std::string_view();
    if (const auto ok = read_row(fields, row); !ok) {
      return fail(ok.error().code, ok.error().message, where(id));
    }
    if (!ids.insert(id).second) return fail(ErrorCode::Config, "id occurs twice", where(id));
  }
  return rows;
}

}  // namespace hagaki::reason
