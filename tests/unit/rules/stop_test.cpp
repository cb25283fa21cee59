#include "rules/stop.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <sstream>

#include <fmt/format.h>

#include "base/text.h"
#include "records/reader.h"

namespace stop_test {

using namespace hagaki;
using namespace hagaki::rules;

namespace {

const KeyHasher kHasher("0123456789abcdef");

/// "3+2h": two hours after noon (UTC) of day 3, as RFC 3339; "?" is no time.
std::string time_of(std::string_view s) {
  if (s == "?") return {};
  const auto sign = s.find_first_of("+-");
  const auto day = static_cast<int>(*parse_unsigned(s.substr(0, sign)));
  auto t = *parse_rfc3339("2026-01-01T12:00:00Z") + std::chrono::days(day);
  if (sign != std::string_view::npos) {
    const auto n = static_cast<int>(*parse_unsigned(s.substr(sign + 1, s.size() - sign - 2)));
    const auto unit = s.back() == 'h' ? std::chrono::seconds(3600) : std::chrono::seconds(60);
    t += (s[sign] == '-' ? -1 : 1) * n * unit;
  }
  return format_rfc3339(t);
}

/// One step of a story as a record: "3+2h bounce:mailboxfull m1" (day 3, two hours past noon, a
/// bounce for that reason, of message m1). "c…" names a campaign instead of a message.
std::string record(std::string_view step) {
  const auto words = split(trim(step), ' ');
  const auto colon = words[1].find(':');
  const auto kind = words[1].substr(0, colon);
  const auto arg = colon == std::string_view::npos ? "" : std::string(words[1].substr(colon + 1));
  const bool delivery = kind == "delivered" || kind == "failed" || kind == "deferred" ||
                        kind == "uncertain" || kind == "held";
  std::string out;
  if (delivery) {
    out = fmt::format(R"({{"type":"delivery","v":1,"event":"{}")", kind);
  } else if (kind == "bounce" || kind == "delayed" || kind == "success") {
    out = fmt::format(R"({{"type":"bounce","v":1,"action":"{}")", kind == "bounce"    ? "failed"
                                                                  : kind == "success" ? "delivered"
                                                                                      : "delayed");
  } else {
    out = fmt::format(R"({{"type":"{}","v":1)", kind);
  }
  out += R"(,"email":"Someone@Example.JP")";
  if (const auto t = time_of(words[0]); !t.empty()) out += fmt::format(R"(,"time":"{}")", t);
  if (!arg.empty()) {
    out += fmt::format(R"(,"{}":"{}")", kind == "feedback" ? "feedback_type" : "reason", arg);
  }
  for (std::size_t i = 2; i < words.size(); ++i) {
    out += words[i][0] == 'm' ? fmt::format(R"(,"message_id":"<{}@example.com>")", words[i])
                              : fmt::format(R"(,"campaign":"{}")", words[i]);
  }
  return out + "}\n";
}

std::string judge(const Policy& policy, const std::vector<std::string>& records,
                  std::string_view now, std::optional<Timestamp> engaged = {}) {
  StopRules stop(policy, kHasher);
  std::string all;
  for (const auto& r : records) all += r;
  std::istringstream in(all);
  records::Reader reader(in, "log", [](const Error& e) { FAIL(e.text()); });
  while (const auto* line = reader.next()) {
    const auto event = records::read_event(*line);
    REQUIRE_MESSAGE(event, line->raw());
    if (*event) stop.add(**event, *line, "log:1");
  }
  stop.settle(*parse_rfc3339(time_of(now)));
  const auto decision = stop.find("someone@example.jp", engaged);
  if (!decision) return "keep";
  return fmt::format("{} {}", decision->rule, decision->evidence.size());
}

std::vector<std::string> story(std::string_view text) {
  std::vector<std::string> out;
  for (const auto step : split(text, ',')) {
    if (!trim(step).empty()) out.push_back(record(step));
  }
  return out;
}

struct Case {
  std::string name;
  std::string story;
  std::string want;
  std::string now = "90";
};

}  // namespace

TEST_CASE("holds end by themselves") {
  const auto policy = parse_policy(R"(
[stop.mailboxfull]
count = 2
action = "hold"
hold = "30d"
)",
                                   "p");
  REQUIRE(policy);
  const Case cases[] = {
      {"not yet", "1 failed:mailboxfull m1", "keep", "2"},
      {"held", "1 failed:mailboxfull m1, 2 failed:mailboxfull m2", "stop.mailboxfull 2", "31+23h"},
      {"over", "1 failed:mailboxfull m1, 2 failed:mailboxfull m2", "keep", "32"},
      {"the try after the hold fails: held again",
       "1 failed:mailboxfull m1, 2 failed:mailboxfull m2, 33 failed:mailboxfull m3",
       "stop.mailboxfull 3", "34"},
      {"the try after the hold arrives",
       "1 failed:mailboxfull m1, 2 failed:mailboxfull m2, 33 delivered m3", "keep", "34"},
      {"a drop outweighs a hold",
       "1 failed:userunknown m0, 2 failed:mailboxfull m1, 3 failed:mailboxfull m2",
       "stop.userunknown 1", "4"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    CHECK(judge(*policy, story(c.story), c.now) == c.want);
  }
}

TEST_CASE("the policy's other settings") {
  struct PolicyCase {
    std::string name;
    std::string policy;
    std::string story;
    std::string want;
  };
  const PolicyCase cases[] = {
      {"several a day when days says so", "[stop.mailboxfull]\ncount=3\ndays=1\n",
       "1 failed:mailboxfull m1, 1+1m failed:mailboxfull m2, 1+2m failed:mailboxfull m3",
       "stop.mailboxfull 3"},
      {"still one message once", "[stop.mailboxfull]\ncount=2\ndays=1\n",
       "1 failed:mailboxfull m1, 1+1m bounce:mailboxfull m1", "keep"},
      {"within 30 days", "[stop.mailboxfull]\ncount=2\nwithin=\"30d\"\n",
       "1 failed:mailboxfull m1, 31 failed:mailboxfull m2", "stop.mailboxfull 2"},
      {"just not within 30 days", "[stop.mailboxfull]\ncount=2\nwithin=\"30d\"\n",
       "1 failed:mailboxfull m1, 31+1m failed:mailboxfull m2", "keep"},
      {"a straggler does not undo the row before it",
       "[stop.mailboxfull]\ncount=2\nwithin=\"30d\"\n",
       "1 failed:mailboxfull m1, 2 failed:mailboxfull m2, 80 failed:mailboxfull m3",
       "stop.mailboxfull 2"},
      {"not yet forgotten", "[stop.userunknown]\nforget=\"30d\"\n", "60 failed:userunknown m1",
       "stop.userunknown 1"},
      {"forgotten", "[stop.userunknown]\nforget=\"30d\"\n", "60-1m failed:userunknown m1", "keep"},
      {"a delivery does not undo it", "[stop.suspend]\nreset=[\"engagement\"]\n",
       "1 failed:suspend m1, 2 delivered m2", "stop.suspend 1"},
      {"a drop outweighs a notice", "[stop.suspend]\naction=\"notify\"\n",
       "1 failed:userunknown m1, 2 failed:suspend m2", "stop.userunknown 1"},
      {"a notice outweighs a hold",
       "[stop.suspend]\naction=\"notify\"\n[stop.filtered]\ncount=1\naction=\"hold\"\nhold="
       "\"90d\"\n",
       "1 failed:suspend m1, 2 failed:filtered m2", "stop.suspend 1"},
      {"a hold outweighs a tag",
       "[stop.suspend]\naction=\"tag\"\n[stop.filtered]\ncount=1\naction=\"hold\"\nhold=\"90d\"\n",
       "1 failed:filtered m1, 2 failed:suspend m2", "stop.filtered 1"},
      {"ignored", "[stop.userunknown]\naction=\"ignore\"\n", "1 failed:userunknown m1", "keep"},
      {"another reason", "[stop.rejected]\ncount=2\n", "1 failed:rejected m1, 2 failed:rejected m2",
       "stop.rejected 2"},
      {"complaints ignored", "[complaint]\naction=\"ignore\"\n", "1 feedback:abuse m1", "keep"},
      {"more feedback types", "[complaint]\nfeedback=[\"Other\"]\n", "1 feedback:other m1",
       "stop.complaint 1"},
      // 11:00 and 13:00 UTC are one day in London, two in Auckland.
      {"one day", "[stop.hostunknown]\ncount=2\n",
       "1-1h failed:hostunknown m1, 1+1h failed:hostunknown m2", "keep"},
      {"two days", "utc_offset=\"+12:00\"\n[stop.hostunknown]\ncount=2\n",
       "1-1h failed:hostunknown m1, 1+1h failed:hostunknown m2", "stop.hostunknown 2"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const auto policy = parse_policy(c.policy, "p");
    REQUIRE(policy);
    CHECK(judge(*policy, story(c.story), "90") == c.want);
  }
}

TEST_CASE("stop: what an engagement undoes") {
  const Policy policy = default_policy();
  const auto never = parse_policy("[stop.userunknown]\nreset=[\"delivery\"]\n", "p");
  REQUIRE(never);
  struct Engaged {
    const char* name;
    const Policy& policy;
    std::string story;
    std::string at;
    std::string want;
  };
  const std::string full3 =
      "1 failed:mailboxfull m1, 2 failed:mailboxfull m2, 3 failed:mailboxfull m3";
  const std::string full4 = full3 + ", 4 failed:mailboxfull m4";
  const std::string both =
      "1 failed:suspend m1, 5 failed:mailboxfull m5, 6 failed:mailboxfull m6, "
      "7 failed:mailboxfull m7";
  const Engaged cases[] = {
      {"dead, then engaged", policy, "1 failed:userunknown m1", "1+1h", "keep"},
      {"engaged, then dead", policy, "1 failed:userunknown m1", "1-1h", "stop.userunknown"},
      {"a day after the first of three", policy, full3, "1+1h", "keep"},
      {"before the first of three", policy, full3, "1-1h", "stop.mailboxfull"},
      {"after the first of four: three are left", policy, full4, "1+1h", "stop.mailboxfull"},
      {"after the second of four", policy, full4, "2+1h", "keep"},
      {"the weaker rule remains", policy, both, "2", "stop.mailboxfull"},
      {"the stronger rule first", policy, both, "0", "stop.suspend"},
      {"all undone", policy, both, "8", "keep"},
      {"a wish is not undone", policy, "1 unsubscribe", "2", "stop.unsubscribe"},
      {"nor a complaint", policy, "1 feedback:abuse m1", "2", "stop.complaint"},
      {"where the policy says delivery alone", *never, "1 failed:userunknown m1", "2",
       "stop.userunknown"},
      {"at a time to come", policy, "1 failed:userunknown m1", "91", "stop.userunknown"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    CHECK(judge(c.policy, story(c.story), "90", parse_rfc3339(time_of(c.at)))
              .substr(0, c.want.size()) == c.want);
  }
}

TEST_CASE("evidence is what a person would ask for") {
  const Policy policy = default_policy();
  StopRules stop(policy, kHasher);
  std::istringstream in(
      R"({"type":"bounce","v":1,"email":"a@example.jp","action":"failed","status":"5.1.1","code":550,)"
      R"("diagnostic":"no \"such\" user","reason":"userunknown","hard":true,)"
      R"("time":"2026-11-21T10:00:00.000Z","campaign":"spring","message_id":"<1@x>","file":"b.eml"})"
      "\n");
  records::Reader reader(in, "log", [](const Error& e) { FAIL(e.text()); });
  const auto* line = reader.next();
  REQUIRE(line);
  stop.add(**records::read_event(*line), *line, "log:1");
  stop.settle(*parse_rfc3339("2026-11-22T00:00:00Z"));
  const auto decision = stop.find("a@example.jp");
  REQUIRE(decision);
  CHECK(decision->action == Action::Drop);
  CHECK(decision->evidence.at(0) ==
        R"({"type":"bounce","action":"failed","time":"2026-11-21T10:00:00.000Z",)"
        R"("reason":"userunknown","code":550,"status":"5.1.1","diagnostic":"no \"such\" user",)"
        R"("campaign":"spring","message_id":"<1@x>","file":"b.eml","where":"log:1"})");
  CHECK_FALSE(stop.find("b@example.jp"));
}

TEST_CASE("of deliveries at one moment none is the last one") {
  // The failure takes back that without a name, though one with another name is as late.
  CHECK(judge(default_policy(),
              story("1+30m delivered m1, 1+30m delivered, 1 bounce:userunknown m2"),
              "2") == "stop.userunknown 1");
}

TEST_CASE("the order of events does not matter, nor does repetition") {
  const Policy policy = default_policy();
  std::mt19937 random(20261121);
  const auto pick = [&](std::size_t n) {
    return std::uniform_int_distribution<std::size_t>(0, n - 1)(random);
  };
  const char* kinds[] = {"delivered",          "bounce:mailboxfull", "failed:mailboxfull",
                         "failed:hostunknown", "bounce:blocked",     "success",
                         "bounce:expired",     "deferred:expired",   "vacation"};
  for (int round = 0; round < 300; ++round) {
    CAPTURE(round);
    std::vector<std::string> records;
    for (std::size_t n = pick(14); n > 0; --n) {
      const std::string when =
          pick(8) > 0 ? fmt::format("{}+{}m", pick(9), pick(300)) : std::string("?");
      std::string step = fmt::format("{} {}", when, kinds[pick(std::size(kinds))]);
      if (pick(4) > 0) step += fmt::format(" m{}", pick(6));
      if (pick(3) > 0) step += fmt::format(" c{}", pick(4));
      records.push_back(record(step));
    }
    const auto want = judge(policy, records, "90");
    for (int shuffle = 0; shuffle < 3; ++shuffle) {
      std::shuffle(records.begin(), records.end(), random);
      CHECK(judge(policy, records, "90") == want);
    }
    const auto half = records.size() / 2;
    const std::vector<std::string> again(records.begin(),
                                         records.begin() + static_cast<std::ptrdiff_t>(half));
    records.insert(records.end(), again.begin(), again.end());
    CHECK(judge(policy, records, "90") == want);
  }
}

TEST_CASE("stop: one address that a system writes to all day is judged in no time") {
  // Each failure finds its own deliveries among all the others; to go through them for each would
  // be 900 million steps.
  struct Case {
    const char* name;
    bool message_ids;
    bool campaigns;
    bool stopped;
  };
  const Case cases[] = {
      {"each with its Message-ID", true, true, true},
      // Nothing tells the mails apart, so their failures count once.
      {"only the campaign says what belongs together", false, true, false},
      {"no name at all", false, false, true},
  };
  constexpr int kMails = 30'000;
  const Policy policy = default_policy();
  const auto begin = *parse_rfc3339("2026-01-01T00:00:00Z");
  for (const auto& c : cases) {
    CAPTURE(c.name);
    StopRules stop(policy, kHasher);
    for (int i = 0; i < kMails; ++i) {
      const std::string id = fmt::format("{}@example.com", i);
      records::Event event;
      event.email = "alarm@example.jp";
      if (c.campaigns) event.campaign = "alarms";
      if (c.message_ids) event.message_id = id;
      event.time = begin + std::chrono::minutes(i);
      event.what = records::Event::What::Delivered;
      stop.add(event, "");
      event.what = records::Event::What::Bounced;
      event.reason = "mailboxfull";
      event.time = begin + std::chrono::minutes(i + 1);
      stop.add(event, "{}");
    }
    stop.settle(begin + std::chrono::minutes(kMails));
    CHECK(stop.find("alarm@example.jp").has_value() == c.stopped);
  }
}

}  // namespace stop_test
