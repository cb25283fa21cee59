#include "rules/policy.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <optional>
#include <utility>

#include <fmt/core.h>

#include "base/embedded.h"
#include "base/text.h"
#include "reason/judge.h"
#include "rules/policy_values.h"

HAGAKI_EMBEDDED(policy_toml)

namespace hagaki::rules {
namespace {

constexpr double kMostJump = 1000;
// What mx-harvest may say of a domain that is for good (DESIGN of mx_status in hagaki-records(5)).
constexpr std::array<std::string_view, 3> kDeadDomain = {"null-mx", "no-domain", "no-mail-host"};

/// "+09:00" (RFC 3339 §4.2).
std::optional<std::chrono::minutes> parse_offset(std::string_view s) {
  if (s.size() != 6 || (s[0] != '+' && s[0] != '-') || s[3] != ':') return std::nullopt;
  const auto hours = parse_unsigned(s.substr(1, 2), 14);
  const auto minutes = parse_unsigned(s.substr(4, 2), 59);
  if (!hours || !minutes) return std::nullopt;
  const auto total = std::chrono::minutes(*hours * 60 + *minutes);
  return s[0] == '-' ? -total : total;
}

/// Reads one file into a policy. The first thing that is wrong ends it.
class Loader : PolicyValues {
 public:
  Loader(const std::string& name, Policy& policy) : PolicyValues(name), policy_(policy) {}

  Result<void> load(const toml::table& root) {
    for (const auto& [key, node] : root) {
      if (key == "utc_offset") {
        offset(node);
      } else if (const auto* table = node.as_table();
                 !table || !(key == "stop" || key == "complaint" || key == "unsubscribe" ||
                             key == "hygiene" || key == "block")) {
        wrong(key, fmt::format("no such setting \"{}\"", printable(key.str())));
      } else if (key == "stop") {
        stop(*table);
      } else if (key == "block") {
        block(*table);
      } else if (key == "complaint") {
        feedback(*table, policy_.complaint);
      } else if (key == "unsubscribe") {
        feedback(*table, policy_.unsubscribe);
      } else {
        hygiene(*table);
      }
    }
    return result();
  }

 private:
  void offset(const toml::node& node) {
    const auto parsed = parse_offset(node.value_or(std::string_view()));
    if (!parsed) return wrong(node, "utc_offset must look like \"+09:00\"");
    policy_.utc_offset = *parsed;
  }

  void stop(const toml::table& reasons) {
    for (const auto& [reason, node] : reasons) {
      const auto* table = node.as_table();
      if (!table) {
        wrong(reason, fmt::format("\"{}\" must be a table", printable(reason.str())));
      } else if (!reason::is_reason(reason.str())) {
        wrong(reason, fmt::format("no such reason \"{}\"", printable(reason.str())));
      } else {
        stop_rule(*table, std::string(reason.str()));
      }
    }
  }

  void stop_rule(const toml::table& table, std::string reason) {
    StopRule rule;
    rule.reason = std::move(reason);
    bool ignore = false;
    std::optional<int> days;
    for (const auto& [key, node] : table) {
      if (key == "count") {
        rule.count = number(node, "count");
      } else if (key == "days") {
        days = number(node, "days");
      } else if (key == "action") {
        ignore = action(node, &rule.action);
      } else if (key == "hold") {
        rule.hold = duration(node, "hold");
      } else if (key == "within") {
        rule.within = duration(node, "within");
      } else if (key == "forget") {
        rule.forget = duration(node, "forget");
      } else if (key == "reset") {
        reset(node, rule);
      } else {
        wrong(key, fmt::format("no such setting \"{}\" in a stop rule", printable(key.str())));
      }
    }
    rule.days = days.value_or(rule.count);
    if (rule.days > rule.count) {
      wrong(table, fmt::format("{} failures cannot lie on {} days", rule.count, rule.days));
    }
    const bool holds = rule.action == Action::Hold;
    if (holds && rule.hold.count() == 0)
      wrong(table, "action \"hold\" needs a time: hold = \"30d\"");
    if (!holds && rule.hold.count() != 0) wrong(table, "hold needs action = \"hold\"");

    const auto old = std::find_if(policy_.stop.begin(), policy_.stop.end(),
                                  [&](const StopRule& r) { return r.reason == rule.reason; });
    if (old != policy_.stop.end() && ignore) {
      policy_.stop.erase(old);
    } else if (old != policy_.stop.end()) {
      *old = std::move(rule);
    } else if (!ignore) {
      policy_.stop.push_back(std::move(rule));
    }
  }

  void block(const toml::table& table) {
    BlockRule& rule = policy_.block;
    BlockLimits& limits = rule.limits;
    for (const auto& [key, node] : table) {
      if (key == "action") {
        block_action(node);
      } else if (key == "hold") {
        rule.hold = duration(node, "hold");
      } else if (key == "past") {
        limits.past = whole(node, "past");
      } else if (key == "minimum") {
        limits.minimum = whole(node, "minimum");
      } else if (key == "minimum_new") {
        limits.minimum_new = whole(node, "minimum_new");
      } else if (key == "share") {
        limits.share = decimal(node, "share", 0, 1);
      } else if (key == "share_new") {
        limits.share_new = decimal(node, "share_new", 0, 1);
      } else if (key == "jump") {
        limits.jump = decimal(node, "jump", 1, kMostJump);
      } else {
        wrong(key, fmt::format("no such setting \"{}\" here", printable(key.str())));
      }
    }
  }

  void block_action(const toml::node& node) {
    const auto value = node.value_or(std::string_view());
    policy_.block.on = value == "hold";
    if (value != "hold" && value != "ignore") {
      wrong(node, "action must be \"hold\" or \"ignore\"");
    }
  }

  void reset(const toml::node& node, StopRule& rule) {
    const auto by = strings(node, "reset");
    for (const auto& what : by) {
      if (what != "delivery" && what != "engagement") {
        wrong(node, fmt::format("reset \"{}\" is none; use delivery, engagement", printable(what)));
      }
    }
    const auto has = [&](std::string_view what) {
      return std::find(by.begin(), by.end(), what) != by.end();
    };
    rule.reset_by_delivery = has("delivery");
    rule.reset_by_engagement = has("engagement");
  }

  /// True for "ignore". Without `out` only "drop" and "ignore" are allowed.
  bool action(const toml::node& node, Action* out) {
    const auto value = node.value_or(std::string_view());
    if (value == "ignore") return true;
    constexpr std::array<std::pair<std::string_view, Action>, 3> kOthers = {
        {{"hold", Action::Hold}, {"notify", Action::Notify}, {"tag", Action::Tag}}};
    const auto other = std::find_if(kOthers.begin(), kOthers.end(),
                                    [&](const auto& row) { return row.first == value; });
    if (out && other != kOthers.end()) {
      *out = other->second;
    } else if (value != "drop") {
      wrong(node, out ? "action must be \"drop\", \"hold\", \"notify\", \"tag\" or \"ignore\""
                      : "action must be \"drop\" or \"ignore\"");
    }
    return false;
  }

  void feedback(const toml::table& table, FeedbackRule& rule) {
    for (const auto& [key, node] : table) {
      if (key == "action") {
        rule.on = !action(node, nullptr);
      } else if (key == "feedback") {
        rule.types = strings(node, "feedback");
        for (auto& type : rule.types) type = ascii_lower(type);
      } else {
        wrong(key, fmt::format("no such setting \"{}\" here", printable(key.str())));
      }
    }
  }

  void hygiene(const toml::table& table) {
    for (const auto& [key, node] : table) {
      if (HygieneRules::Choice* choice = choice_of(key.str())) {
        doubt(node, *choice);
        continue;
      }
      if (key != "mx_status") {
        wrong(key, fmt::format("no such setting \"{}\" here", printable(key.str())));
        continue;
      }
      policy_.mx_status = strings(node, "mx_status");
      for (const auto& status : policy_.mx_status) {
        if (std::find(kDeadDomain.begin(), kDeadDomain.end(), status) == kDeadDomain.end()) {
          wrong(node, fmt::format("mx_status \"{}\" is no verdict; use null-mx, no-domain, "
                                  "no-mail-host",
                                  printable(status)));
        }
      }
    }
  }

  /// Where the setting of [hygiene] is kept that holds an action; nullptr for no such setting.
  HygieneRules::Choice* choice_of(std::string_view key) {
    HygieneRules& rules = policy_.hygiene;
    if (key == "role") return &rules.role;
    if (key == "disposable") return &rules.disposable;
    if (key == "mistyped") return &rules.mistyped;
    if (key == "impossible_domain") return &rules.impossible_domain;
    if (key == "obsolete") return &rules.obsolete;
    if (key == "inactive") return &rules.inactive;
    return nullptr;
  }

  void doubt(const toml::node& node, HygieneRules::Choice& choice) {
    const auto value = node.value_or(std::string_view());
    if (value == "drop") {
      choice = Action::Drop;
    } else if (value == "tag") {
      choice = Action::Tag;
    } else if (value == "ignore") {
      choice = std::nullopt;
    } else {
      wrong(node, "an action here must be \"drop\", \"tag\" or \"ignore\"");
    }
  }

  Policy& policy_;
};

Result<Policy> parse_over(Policy policy, std::string_view text, const std::string& name) {
  const auto root = parse_toml(text, name);
  if (!root) return tl::unexpected(root.error());
  if (auto loaded = Loader(name, policy).load(*root); !loaded) {
    return tl::unexpected(loaded.error());
  }
  return policy;
}

}  // namespace

const StopRule* Policy::find(std::string_view reason) const {
  for (const auto& rule : stop) {
    if (rule.reason == reason) return &rule;
  }
  return nullptr;
}

Policy default_policy() {
  auto policy = parse_over({}, embedded::policy_toml, "policy.toml");
  assert(policy && "the embedded policy is part of the program and tested");
  return std::move(*policy);
}

Result<Policy> parse_policy(std::string_view text, const std::string& name) {
  return parse_over(default_policy(), text, name);
}

}  // namespace hagaki::rules
