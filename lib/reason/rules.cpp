#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <set>

#include "base/limits.h"
#include "base/text.h"
#include "reason/judge.h"
#include "reason/rules_state.h"

namespace hagaki::reason {
namespace {

using Json = nlohmann::json;

constexpr std::array<std::string_view, 35> kReasons = {
    "userunknown",     "hostunknown",  "hasmoved",        "notaccept",    "mailboxfull",
    "suspend",         "filtered",     "rejected",        "blocked",      "badreputation",
    "requireptr",      "authfailure",  "notcompliantrfc", "spamdetected", "virusdetected",
    "policyviolation", "contenterror", "securityerror",   "norelaying",   "failedstarttls",
    "mesgtoobig",      "exceedlimit",  "speeding",        "toomanyconn",  "expired",
    "networkerror",    "systemerror",  "systemfull",      "mailererror",  "syntaxerror",
    "suppressed",      "onhold",       "undefined",       "delivered",    "feedback"};

/// A field that is one string or a list of them.
bool read_strings(const Json& row, const char* key, std::vector<std::string>& out) {
  const auto it = row.find(key);
  if (it == row.end()) return true;
  if (it->is_string()) {
    out.push_back(it->get<std::string>());
    return true;
  }
  if (!it->is_array()) return false;
  for (const auto& value : *it) {
    if (!value.is_string()) return false;
    out.push_back(value.get<std::string>());
  }
  return true;
}

bool read_string(const Json& row, const char* key, std::string& out) {
  const auto it = row.find(key);
  if (it == row.end()) return true;
  if (!it->is_string()) return false;
  out = it->get<std::string>();
  return true;
}

bool read_example(const Json& row, Rule::Example& out) {
  const auto it = row.find("example");
  if (it == row.end()) return false;
  if (it->is_string()) {
    out.text = it->get<std::string>();
    return true;
  }
  if (!it->is_object()) return false;
  if (const auto code = it->find("code"); code != it->end()) {
    if (!code->is_number_integer()) return false;
    out.code = code->get<int>();
  }
  return read_string(*it, "status", out.status) && read_string(*it, "phase", out.phase) &&
         read_string(*it, "host", out.host) && read_string(*it, "text", out.text);
}

Result<Rule> read_row(const Json& row) {
  const auto bad = [](std::string what) { return fail(ErrorCode::Config, std::move(what)); };
  if (!row.is_object()) return bad("is no object");
  Rule rule;
  if (!read_string(row, "id", rule.id) || rule.id.empty()) return bad("has no id");
  if (!read_string(row, "reason", rule.reason) ||
      std::find(kReasons.begin(), kReasons.end(), rule.reason) == kReasons.end()) {
    return bad("has no reason that is known");
  }
  if (!read_strings(row, "match", rule.match) || !read_strings(row, "code", rule.code) ||
      !read_strings(row, "status", rule.status) || !read_strings(row, "phase", rule.phase) ||
      !read_strings(row, "host", rule.host) || !read_string(row, "source", rule.source)) {
    return bad("has a condition that is neither a string nor a list of strings");
  }
  if (rule.match.empty() && rule.code.empty() && rule.status.empty() && rule.phase.empty()) {
    return bad("has no condition");
  }
  if (!read_example(row, rule.example)) return bad("has no example");
  return rule;
}

}  // namespace

bool is_reason(std::string_view name) {
  return std::find(kReasons.begin(), kReasons.end(), name) != kReasons.end();
}

Result<Rules> Rules::parse(std::string_view json) {
  if (json.size() > limits::kDataFile) return fail(ErrorCode::Limit, "rules too large");
  const Json whole = Json::parse(json, nullptr, false);
  const auto rows = whole.is_object() ? whole.find("rules") : whole.end();
  if (!whole.is_object() || rows == whole.end() || !rows->is_array()) {
    return fail(ErrorCode::Config, "no JSON object with a list \"rules\"");
  }
  auto state = std::make_unique<State>();
  std::set<std::string> ids;
  for (const auto& row : *rows) {
    auto rule = read_row(row);
    const std::string where = "rule " + (rule ? rule->id : std::to_string(state->rows.size() + 1));
    if (!rule) return fail(rule.error().code, rule.error().message, where);
    if (!ids.insert(rule->id).second) return fail(ErrorCode::Config, "id occurs twice", where);
    const auto index = static_cast<std::uint32_t>(state->rows.size());
    for (const auto& pattern : rule->match) {
      if (!state->patterns.add(ascii_lower(pattern), index)) {
        return fail(ErrorCode::Config, "empty pattern or empty piece of one", where);
      }
    }
    if (rule->match.empty()) state->wordless.push_back(index);
    state->rows.push_back(std::move(*rule));
  }
  state->patterns.build();
  return Rules(std::move(state));
}

Rules::Rules(std::unique_ptr<State> state) : state_(std::move(state)) {}
Rules::~Rules() = default;
Rules::Rules(Rules&&) noexcept = default;
Rules& Rules::operator=(Rules&&) noexcept = default;

const std::vector<Rule>& Rules::rows() const {
  return state_->rows;
}

}  // namespace hagaki::reason
