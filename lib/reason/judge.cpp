#include "reason/judge.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/text.h"
#include "reason/rules_state.h"

namespace hagaki::reason {
namespace {

using Strings = std::vector<std::string>;

bool code_holds(const Strings& wanted, int code) {
  if (wanted.empty()) return true;
  std::array<char, 12> digits;
  const auto [end, ec] = std::to_chars(digits.data(), digits.data() + digits.size(), code);
  const std::string_view have(digits.data(), static_cast<std::size_t>(end - digits.data()));
  return std::any_of(wanted.begin(), wanted.end(),
                     [&](const std::string& w) { return have.starts_with(w); });
}

/// Compares field by field; "*" holds for any.
bool status_matches(std::string_view pattern, std::string_view status) {
  for (;;) {
    const auto dot = pattern.find('.');
    const auto status_dot = status.find('.');
    const auto field = pattern.substr(0, dot);
    if (field != "*" && field != status.substr(0, status_dot)) return false;
    const bool last = dot == std::string_view::npos;
    if (last || status_dot == std::string_view::npos) {
      return last && status_dot == std::string_view::npos;
    }
    pattern.remove_prefix(dot + 1);
    status.remove_prefix(status_dot + 1);
  }
}

bool status_holds(const Strings& wanted, std::string_view status) {
  return wanted.empty() || std::any_of(wanted.begin(), wanted.end(), [&](const std::string& w) {
           return status_matches(w, status);
         });
}

bool host_holds(const Strings& wanted, std::string_view host) {
  if (wanted.empty()) return true;
  if (!host.empty() && host.back() == '.') host.remove_suffix(1);
  return std::any_of(wanted.begin(), wanted.end(), [&](const std::string& w) {
    return ascii_iends_with(host, w) &&
           (host.size() == w.size() || host[host.size() - w.size() - 1] == '.');
  });
}

bool phase_holds(const Strings& wanted, std::string_view phase) {
  return wanted.empty() || std::find(wanted.begin(), wanted.end(), phase) != wanted.end();
}

bool conditions_hold(const Rule& rule, const Said& said) {
  return code_holds(rule.code, said.code) && status_holds(rule.status, said.status) &&
         phase_holds(rule.phase, said.phase) && host_holds(rule.host, said.host);
}

/// A dead address is not dead while its server still says "try again".
bool is_temporary(const Said& said) {
  if (said.code != 0) return said.code / 100 == 4;
  return said.status.starts_with("4.") && said.status != "4.0.0";
}

}  // namespace

bool is_hard(std::string_view reason) {
  return reason == "userunknown" || reason == "hostunknown" || reason == "hasmoved" ||
         reason == "notaccept";
}

Verdict Rules::judge(const Said& said) const {
  const auto& rows = state_->rows;
  std::size_t best = rows.size();
  if (!said.text.empty()) {
    state_->patterns.find(see(said.text, said.recipient), [&](std::uint32_t row) {
      if (row < best && conditions_hold(rows[row], said)) best = row;
    });
  }
  for (const std::uint32_t row : state_->wordless) {
    if (row >= best) break;
    if (conditions_hold(rows[row], said)) best = row;
  }
  if (best == rows.size()) {
    const bool silent = trim(said.text).empty() && said.code == 0 && said.status.empty();
    return {silent ? "undefined" : "onhold", false, {}};
  }
  const Rule& rule = rows[best];
  return {rule.reason, is_hard(rule.reason) && !is_temporary(said), rule.id};
}

Why Rules::explain(const Said& said) const {
  Why why;
  why.verdict = judge(said);
  const SeenText seen = see(said.text, said.recipient);
  why.text = seen.bytes;
  const auto& rows = state_->rows;
  std::vector<bool> holds(rows.size(), false);
  state_->patterns.find(seen, [&](std::uint32_t row) {
    holds[row] = holds[row] || conditions_hold(rows[row], said);
  });
  for (const auto row : state_->wordless) holds[row] = conditions_hold(rows[row], said);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (!holds[i]) continue;
    if (rows[i].id != why.verdict.rule) {
      why.others.push_back(&rows[i]);
      continue;
    }
    why.rule = &rows[i];
    for (const auto& pattern : rows[i].match) {
      const auto spans = locate(parse_pattern(pattern), seen);
      if (spans.empty()) continue;
      why.pattern = pattern;
      for (const auto& span : spans) why.words.emplace_back(span.begin, span.end);
      break;
    }
  }
  return why;
}

}  // namespace hagaki::reason
