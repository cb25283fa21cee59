// Judges tests/data/stop-rules/scenarios.txt, which says how it is to be read.
#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "rules/stop.h"

namespace stop_scenarios_test {

using namespace hagaki;
using namespace hagaki::rules;

namespace {

using What = records::Event::What;

const KeyHasher kHasher("0123456789abcdef");

struct Step {
  std::optional<Timestamp> time;
  What what = What::Undecided;
  std::string reason;
  std::string message;
  std::string campaign;
  std::string domain = "example.jp";
  int first = 1;
  int last = 1;
};

struct Scenario {
  std::string title;
  std::string policy;  // TOML
  std::vector<Step> steps;
  std::optional<Timestamp> engaged;
  std::set<std::string> nearly;
  Timestamp at{};
  std::string want;
};

/// The words of a line, one after the other.
class Words {
 public:
  explicit Words(std::string_view line) {
    for (const auto word : split(line, ' ')) {
      if (!word.empty()) words_.emplace_back(word);
    }
  }
  [[nodiscard]] bool done() const { return at_ == words_.size(); }
  [[nodiscard]] std::string peek() const { return done() ? std::string() : words_[at_]; }
  std::string next() {
    REQUIRE_FALSE(done());
    return words_[at_++];
  }
  bool take(std::string_view word) {
    if (peek() != word) return false;
    ++at_;
    return true;
  }
  std::string rest() {
    std::string out;
    while (!done()) {
      if (!out.empty()) out += ' ';
      out += next();
    }
    return out;
  }

 private:
  std::vector<std::string> words_;
  std::size_t at_ = 0;
};

int number(std::string_view text) {
  const auto n = parse_unsigned(text, 100'000);
  REQUIRE_MESSAGE(n, std::string(text));
  return static_cast<int>(*n);
}

/// "day 3", "day 3 14:00", "some day".
std::optional<Timestamp> when(Words& words) {
  if (words.take("some")) {
    REQUIRE(words.take("day"));
    return std::nullopt;
  }
  REQUIRE(words.take("day"));
  const int day = number(words.next());
  std::string time = "12:00";
  if (words.peek().size() == 5 && words.peek()[2] == ':') time = words.next();
  const auto begin = parse_rfc3339("2026-01-01T" + time + ":00Z");
  REQUIRE(begin);
  return *begin + std::chrono::days(day);
}

Step step(Words& words) {
  const std::map<std::string, What> kinds = {
      {"delivered", What::Delivered},    {"failed", What::Failed},
      {"deferred", What::Undecided},     {"uncertain", What::Undecided},
      {"held", What::Undecided},         {"bounce", What::Bounced},
      {"delayed", What::Report},         {"success", What::Confirmed},
      {"feedback", What::Feedback},      {"vacation", What::Vacation},
      {"unsubscribe", What::Unsubscribe}};
  Step out;
  const std::string what = words.next();
  REQUIRE_MESSAGE(kinds.contains(what), what);
  out.what = kinds.at(what);
  while (!words.done()) {
    if (words.take("message")) {
      out.message = words.next();
    } else if (words.take("campaign")) {
      out.campaign = words.next();
    } else if (words.take("to")) {
      const std::string whom = words.next();
      const auto dash = whom.find('-');
      const auto at = whom.find('@');
      REQUIRE(dash < at);
      out.first = number(whom.substr(0, dash));
      out.last = number(whom.substr(dash + 1, at - dash - 1));
      out.domain = whom.substr(at + 1);
    } else {
      REQUIRE(out.reason.empty());
      out.reason = words.next();
    }
  }
  return out;
}

/// "[stop.suspend] action = …, count = …" as TOML.
std::string toml(std::string_view text) {
  const auto end = text.find(']');
  REQUIRE(end != std::string_view::npos);
  std::string out(text.substr(0, end + 1));
  for (const auto setting : split(text.substr(end + 1), ',')) {
    out += '\n';
    out += setting;
  }
  return out + '\n';
}

std::vector<Scenario> read_scenarios() {
  std::ifstream in(HAGAKI_TEST_DATA "/stop-rules/scenarios.txt");
  REQUIRE(in);
  std::vector<Scenario> out;
  std::string line;
  while (std::getline(in, line)) {
    CAPTURE(line);
    if (line.empty() || line.front() == '#') continue;
    if (line.front() != ' ') {
      out.emplace_back().title = line;
      continue;
    }
    REQUIRE_FALSE(out.empty());
    Scenario& scenario = out.back();
    REQUIRE_MESSAGE(scenario.want.empty(), "a line behind the decision");
    Words words(line);
    if (words.take("policy")) {
      scenario.policy = toml(words.rest());
    } else if (words.take("nearly")) {
      scenario.nearly.insert(words.rest());
    } else if (words.take("engaged")) {
      scenario.engaged = when(words);
    } else {
      const auto time = when(words);
      if (words.take("=>")) {
        REQUIRE(time);
        scenario.at = *time;
        scenario.want = words.rest();
      } else {
        scenario.steps.push_back(step(words));
        scenario.steps.back().time = time;
      }
    }
  }
  return out;
}

std::string in_words(const std::optional<Decision>& decision) {
  if (!decision) return "keep";
  const std::map<Action, std::string> names = {{Action::Drop, "drop"},
                                               {Action::Hold, "hold"},
                                               {Action::Notify, "notify"},
                                               {Action::Tag, "tag"}};
  return names.at(decision->action) + " by " + decision->rule;
}

/// What is decided, in the words of the file.
std::string judge(const Scenario& scenario, const std::vector<Step>& steps) {
  const auto policy = parse_policy(scenario.policy, "policy");
  REQUIRE_MESSAGE(policy, policy.error().text());
  StopRules stop(*policy, kHasher);
  std::set<std::string> everybody;
  for (const auto& s : steps) {
    for (int i = s.first; i <= s.last; ++i) {
      const std::string email = fmt::format("{}@{}", i, s.domain);
      everybody.insert(email);
      records::Event event;
      event.what = s.what;
      event.email = email;
      event.time = s.time;
      event.message_id = s.message;
      event.campaign = s.campaign;
      (s.what == What::Feedback ? event.feedback_type : event.reason) = s.reason;
      stop.add(event, "{}");
    }
  }
  stop.settle(scenario.at);
  if (everybody.size() <= 1) {
    const auto decision = stop.find("1@example.jp", scenario.engaged);
    if (!decision) return in_words(decision);
    return fmt::format("{} ({})", in_words(decision), decision->evidence.size());
  }
  std::map<std::string, int> decided;
  for (const auto& email : everybody) ++decided[in_words(stop.find(email, scenario.engaged))];
  std::string out;
  for (const auto& [decision, count] : decided) {
    out += fmt::format("{}{} {}", out.empty() ? "" : ", ", count, decision);
  }
  return out;
}

}  // namespace

TEST_CASE("stop rules: scenarios") {
  const auto scenarios = read_scenarios();
  CHECK(scenarios.size() >= 80);
  std::set<std::string> titles;
  for (const auto& s : scenarios) {
    CAPTURE(s.title);
    CHECK(titles.insert(s.title).second);
    REQUIRE_FALSE(s.want.empty());
    CHECK(judge(s, s.steps) == s.want);

    auto backwards = s.steps;
    std::reverse(backwards.begin(), backwards.end());
    CHECK(judge(s, backwards) == s.want);

    auto twice = s.steps;
    twice.insert(twice.end(), s.steps.begin(), s.steps.end());
    CHECK(judge(s, twice) == s.want);
  }
}

TEST_CASE(
    "stop rules: each of the default policy has a scenario that fires, and one that nearly does") {
  std::set<std::string> rules = {"stop.complaint", "stop.unsubscribe", "stop.block"};
  for (const auto& rule : default_policy().stop) rules.insert("stop." + rule.reason);
  std::set<std::string> fires;
  std::set<std::string> nearly;
  for (const auto& s : read_scenarios()) {
    if (!s.policy.empty()) continue;
    CAPTURE(s.title);
    for (const auto& rule : rules) {
      if (s.want.find(" by " + rule) != std::string::npos) fires.insert(rule);
    }
    for (const auto& rule : s.nearly) {
      CHECK(rules.contains(rule));
      CHECK(s.want.find(rule) == std::string::npos);
      nearly.insert(rule);
    }
  }
  CHECK(fires == rules);
  CHECK(nearly == rules);
}

}  // namespace stop_scenarios_test
