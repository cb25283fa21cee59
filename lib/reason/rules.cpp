#include <algorithm>
#include <cassert>

#include "base/embedded.h"
#include "reason/judge.h"
#include "reason/rows.h"
#include "reason/rules_state.h"

HAGAKI_EMBEDDED(reasons_providers_json)
HAGAKI_EMBEDDED(reasons_json)
HAGAKI_EMBEDDED(reasons_codes_json)

namespace hagaki::reason {
namespace {

std::string where(const Rule& rule) {
  return "rule " + rule.id;
}

auto find_rule(std::vector<Rule>& rules, std::string_view id) {
  return std::find_if(rules.begin(), rules.end(), [&](const Rule& r) { return r.id == id; });
}

/// The rules that came with hagaki, and how many of them are providers'.
struct Embedded {
  std::vector<Rule> rules;
  std::size_t providers = 0;
};

Embedded embedded_rules() {
  std::vector<std::vector<Row>> files;
  std::size_t all = 0;
  for (const auto json :
       {embedded::reasons_providers_json, embedded::reasons_json, embedded::reasons_codes_json}) {
    auto rows = read_rows(json);
    assert(rows.has_value());  // the unit tests read the same bytes
    all += rows->size();
    files.push_back(std::move(*rows));
  }
  Embedded out;
  out.providers = files[0].size();
  out.rules.reserve(all);
  for (auto& rows : files) {
    for (auto& row : rows) out.rules.push_back(std::move(row.rule));
  }
  return out;
}

/// Changes `rules` as one row says; new ones without a wish of their own are put before `general`,
/// an id.
Result<void> apply(Row& row, const std::string& general, std::vector<Rule>& rules) {
  const auto known = find_rule(rules, row.rule.id);
  if (row.off) {
    if (known == rules.end()) {
      return fail(ErrorCode::Config, "is switched off and not there", where(row.rule));
    }
    rules.erase(known);
    return {};
  }
  if (known != rules.end() && row.before.empty()) {
    *known = std::move(row.rule);
    return {};
  }
  if (known != rules.end()) rules.erase(known);
  auto place = find_rule(rules, row.before.empty() ? general : row.before);
  if (place == rules.end() && !row.before.empty()) {
    return fail(ErrorCode::Config, "\"before\" names a rule that is not there: " + row.before,
                where(row.rule));
  }
  rules.insert(place, std::move(row.rule));
  return {};
}

}  // namespace

Rules Rules::build(std::vector<Rule> rows) {
  auto state = std::make_unique<State>();
  state->rows = std::move(rows);
  for (std::uint32_t i = 0; i < state->rows.size(); ++i) {
    const Rule& rule = state->rows[i];
    if (rule.match.empty()) state->wordless.push_back(i);
    for (const auto& pattern : rule.match) state->patterns.add(pattern, i);
  }
  state->patterns.build();
  return Rules(std::move(state));
}

Result<Rules> Rules::parse(std::string_view json) {
  auto rows = read_rows(json);
  if (!rows) return tl::unexpected(rows.error());
  std::vector<Rule> rules;
  for (auto& row : *rows) {
    if (row.off || !row.before.empty()) {
      return fail(ErrorCode::Config, "there are no other rules to change", where(row.rule));
    }
    rules.push_back(std::move(row.rule));
  }
  return build(std::move(rules));
}

Result<Rules> Rules::extended(std::string_view json) {
  auto rows = read_rows(json);
  if (!rows) return tl::unexpected(rows.error());
  auto [rules, providers] = embedded_rules();
  // The general rows may be changed themselves, so their first is looked for by a mark of ours.
  const std::string general = "\x01general";
  Rule mark;
  mark.id = general;
  rules.insert(rules.begin() + static_cast<std::ptrdiff_t>(providers), std::move(mark));
  std::vector<std::string> given;
  for (auto& row : *rows) {
    if (!row.off) given.push_back(row.rule.id);
    if (auto ok = apply(row, general, rules); !ok) return tl::unexpected(ok.error());
  }
  rules.erase(find_rule(rules, general));
  auto out = build(std::move(rules));
  for (const auto& rule : out.rows()) {
    if (std::find(given.begin(), given.end(), rule.id) == given.end()) continue;
    const auto& e = rule.example;
    const auto verdict = out.judge({e.code, e.status, e.text, e.phase, e.host});
    if (verdict.rule == rule.id) continue;
    const auto by =
        verdict.rule.empty() ? std::string("no rule") : "rule " + std::string(verdict.rule);
    return fail(ErrorCode::Config,
                "its example is decided by " + by + " (" + std::string(verdict.reason) + ")",
                where(rule));
  }
  return out;
}

const Rules& Rules::embedded() {
  // Not destroyed: that would only take time when the program ends.
  static const Rules& rules = *new Rules(build(embedded_rules().rules));
  return rules;
}

Rules::Rules(std::unique_ptr<State> state) : state_(std::move(state)) {}
Rules::~Rules() = default;
Rules::Rules(Rules&&) noexcept = default;
Rules& Rules::operator=(Rules&&) noexcept = default;

const std::vector<Rule>& Rules::rows() const {
  return state_->rows;
}

}  // namespace hagaki::reason
