#include "rules/receiver_watch.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "reason/judge.h"

namespace receiver_watch_test {

using namespace hagaki;
using namespace hagaki::rules;
using namespace std::chrono_literals;
using std::chrono::milliseconds;

namespace {

/// What receivers say, by the names that the stories below call it. Judged as in real life.
struct Said {
  int code;
  const char* status;
  const char* phase;
  const char* text;
};
const std::map<std::string_view, Said> kReplies = {
    {"ok", {250, "2.0.0", "body", "Ok: queued as 4XyZ"}},
    {"unknown", {550, "5.1.1", "rcpt", "<someone@example.com>: User unknown"}},
    {"unverified", {450, "4.1.1", "rcpt", "<someone@example.com>: User unknown, try later"}},
    {"full", {452, "4.2.2", "rcpt", "The email account that you tried to reach is over quota"}},
    {"full!", {552, "5.2.2", "rcpt", "Mailbox full"}},
    {"suspended", {550, "5.2.1", "rcpt", "The email account that you tried to reach is disabled"}},
    {"filtered", {550, "5.7.1", "rcpt", "Rejected by recipient's filter: recipient refused"}},
    {"too-big", {552, "5.3.4", "body", "Message size exceeds fixed maximum message size"}},
    {"relay-denied", {554, "5.7.1", "rcpt", "Relay access denied"}},
    {"nobody", {0, "4.4.1", "connect", "connection timed out"}},
    {"busy", {451, "4.3.0", "rcpt", "Temporary server error. Please try again later"}},
    {"disk-full", {452, "4.3.1", "rcpt", "Insufficient system storage"}},

    {"postgrey", {450, "4.2.0", "rcpt", "Recipient address rejected: Greylisted, see the help"}},
    {"greylist-471", {451, "4.7.1", "rcpt", "Greylisting in action, please come back later"}},
    {"graylist-421", {421, "4.7.0", "rcpt", "graylisted, come back in 5 minutes"}},
    {"vague-471", {451, "4.7.1", "rcpt", "Please try again later"}},
    {"popular",
     {450, "4.2.1", "rcpt",
      "The user you are trying to contact is receiving mail at a rate that prevents "
      "additional messages from being delivered"}},
    {"session-full",
     {421, "", "mail", "Max message per connection reached, will need to reconnect"}},
    {"idle", {421, "4.4.2", "mail", "mx.example.com Error: timeout exceeded"}},

    {"421", {421, "4.3.2", "mail", "mx.example.com Service not available, closing channel"}},
    {"454", {454, "4.7.0", "tls", "TLS not available due to temporary reason"}},
    {"gmail-rate",
     {421, "4.7.28", "body",
      "Our system has detected an unusual rate of unsolicited mail originating from "
      "your IP address. To protect our users, mail has been temporarily rate limited"}},
    {"tss04",
     {421, "4.7.0", "greeting",
      "[TSS04] Messages from 192.0.2.1 temporarily deferred due to unexpected volume or "
      "user complaints"}},
    {"frequency", {550, "", "mail", "Ip frequency limited"}},
    {"daily", {554, "5.7.1", "rcpt", "You have reached your daily limit of messages per day"}},
    {"connections", {421, "4.7.0", "greeting", "too many connections from your host"}},
    {"s775",
     {451, "4.7.650", "mail",
      "The mail server [192.0.2.1] has been temporarily rate limited due to IP reputation. "
      "(S775)"}},
    {"listed-450",
     {450, "4.7.1", "rcpt", "Client host [192.0.2.1] blocked using zen.spamhaus.org"}},

    {"listed",
     {554, "5.7.1", "rcpt",
      "Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org"}},
    {"s3140",
     {550, "5.7.1", "mail",
      "Unfortunately, messages from [192.0.2.1] weren't sent. Please contact your Internet "
      "service provider since part of their network is on our block list (S3140)."}},
    {"reputation", {550, "5.7.1", "body", "the very low reputation of the sending IP address"}},
    {"no-ptr",
     {550, "5.7.25", "mail",
      "The IP address sending this message does not have a PTR record setup"}},
    {"probing",
     {550, "5.1.1", "rcpt", "Too many unknown users from 192.0.2.1, blocked for 1 hour"}},
    {"tenant",
     {550, "5.7.513", "rcpt",
      "Service unavailable, Client host [192.0.2.1] blocked by example.jp using Customer "
      "Block list (AS16012607)"}},
    {"dmarc",
     {550, "5.7.26", "body",
      "Unauthenticated email from example.com is not accepted due to domain's DMARC policy: "
      "does not pass DMARC verification"}},
    {"sender", {550, "5.7.1", "mail", "Sender address rejected: Access denied"}},
    {"spam", {550, "5.7.1", "body", "Message rejected as spam by content filter"}},
    {"policy", {554, "5.7.9", "body", "Message not accepted for policy reasons. [PH01]"}},
};

std::string span(milliseconds time) {
  if (time % 1h == 0ms) return fmt::format("{}h", time / 1h);
  if (time % 1min == 0ms) return fmt::format("{}m", time / 1min);
  return fmt::format("{}s", time / 1s);
}

milliseconds span_of(std::string_view word) {
  const auto number = static_cast<long>(*parse_unsigned(word.substr(0, word.size() - 1)));
  switch (word.back()) {
    case 's':
      return number * 1s;
    case 'm':
      return number * 1min;
    case 'h':
      return number * 1h;
    default:
      REQUIRE(word.back() == 'd');
      return number * 24h;
  }
}

/// What a receiver with 16 sessions does in ten answers a second: "ok*100 +1h unknown release".
/// Told back is what was advised and at which answer, a hold with its evidence.
class Story {
 public:
  Story(ReceiverWatch::Settings settings, ReceiverWatch::Past past)
      : watch_(settings, std::move(past)) {}

  std::string tell(std::string_view story) {
    for (const auto step : split(story, ' ')) take(step);
    return out_;
  }
  [[nodiscard]] int deferred() const { return deferred_; }
  ReceiverWatch& watch() { return watch_; }
  [[nodiscard]] const Moment& at() const { return at_; }

 private:
  void pass(milliseconds time) {
    at_.now += time;
    at_.time += time;
  }

  void take(std::string_view step) {
    if (step.starts_with('+')) return pass(span_of(step.substr(1)));
    if (step == "release") return watch_.release(at_);
    if (step == "pace") return say_pace(watch_.pace(at_));
    const auto star = step.find('*');
    const auto name = step.substr(0, star);
    unsigned long long times = 1;
    if (star != std::string_view::npos) times = *parse_unsigned(step.substr(star + 1));
    for (; times > 0; --times) {
      answer(name);
      pass(100ms);
    }
  }

  void answer(std::string_view name) {
    const auto found = kReplies.find(name);
    REQUIRE_MESSAGE(found != kReplies.end(), name);
    const auto& said = found->second;
    Observation seen;
    seen.at = at_;
    using Outcome = Observation::Outcome;
    seen.outcome = said.code == 250   ? Outcome::Delivered
                   : said.code >= 500 ? Outcome::Failed
                                      : Outcome::Deferred;
    seen.code = said.code;
    seen.status = said.status;
    seen.text = said.text;
    const auto verdict = reason::Rules::embedded().judge({.code = said.code,
                                                          .status = said.status,
                                                          .text = said.text,
                                                          .phase = said.phase,
                                                          .host = {}});
    if (said.code == 0) {
      seen.reason = "networkerror";
    } else if (said.code != 250) {
      seen.reason = verdict.reason;
    }
    ++answers_;
    const auto advice = watch_.observe(seen);
    if (advice.defer) ++deferred_;
    if (advice.what == Advice::What::Slower) {
      say(fmt::format("{}:slower", answers_));
      say_pace(advice.pace);
    } else if (advice.what == Advice::What::Faster) {
      say(fmt::format("{}:faster", answers_));
      say_pace(advice.pace);
    } else if (advice.what == Advice::What::Hold) {
      const auto& hold = *watch_.hold(at_);
      CHECK(hold.since == at_.time);
      CHECK(hold.evidence.code == said.code);
      CHECK(hold.evidence.text == said.text);
      say(fmt::format("{}:{} {}/{} {}", answers_, hold_name(hold.kind), hold.evidence.against,
                      hold.evidence.against + hold.evidence.accepted,
                      span(hold.until - hold.since)));
    }
  }

  /// "1/2" of the rate, "8x" sessions of 16, "p15s" a pause.
  void say_pace(const Pace& pace) {
    say(fmt::format("{:.3g} {}x", pace.factor, std::max(1, static_cast<int>(16 * pace.share))));
    if (pace.pause_until > at_.now) out_ += " p" + span(pace.pause_until - at_.now);
  }

  void say(const std::string& what) { out_ += (out_.empty() ? "" : " ") + what; }

  ReceiverWatch watch_;
  Moment at_{5'000'000ms, Timestamp(1'795'000'000'000ms)};
  int answers_ = 0;
  int deferred_ = 0;
  std::string out_;
};

enum class Who {
  Stranger,  ///< never mailed before
  Friend,    ///< took 3,000 messages in earlier days and called 60 users unknown
  Sieve,     ///< took 1,000, and called 800 unknown
  Host,      ///< of many customers, never mailed before
};

Story story_of(Who who) {
  ReceiverWatch::Settings settings;
  settings.many_customers = who == Who::Host;
  ReceiverWatch::Past past;
  if (who == Who::Friend) past = {3000, 60, {}};
  if (who == Who::Sieve) past = {1000, 800, {}};
  return {settings, past};
}

struct Case {
  const char* name;
  Who who;
  const char* story;
  const char* want;
};

const Case kCases[] = {
    // What is about one recipient, one session or nobody changes nothing.
    {"all is well", Who::Stranger, "ok*3000", ""},
    {"mailboxes are full", Who::Stranger, "full*100 full!*100", ""},
    {"accounts are suspended", Who::Stranger, "suspended*100", ""},
    {"recipients' own filters", Who::Stranger, "filtered*100", ""},
    {"an unverified recipient is not unknown", Who::Friend, "unverified*200", ""},
    {"greylisting by Postgrey", Who::Stranger, "postgrey*500", ""},
    {"greylisting with 4.7.1", Who::Stranger, "greylist-471*500", ""},
    {"greylisting with 421", Who::Stranger, "graylist-421*500", ""},
    {"a popular recipient at Gmail", Who::Stranger, "popular*100", ""},
    {"too big for it", Who::Stranger, "too-big*100", ""},
    {"it does not know the domain", Who::Stranger, "relay-denied*100", ""},
    {"nobody answers", Who::Stranger, "nobody*100", ""},
    {"it is in trouble", Who::Stranger, "busy*100 disk-full*100", ""},
    {"a session has had its messages", Who::Stranger, "ok*50 session-full ok*50 session-full", ""},
    {"a session was idle", Who::Stranger, "ok idle ok idle", ""},
    {"one customer's block list", Who::Host, "tenant*100", ""},

    // Too fast.
    {"one 421", Who::Stranger, "ok*10 421", "11:slower 0.5 8x p15s"},
    {"all sessions say it at once: one signal", Who::Stranger, "ok*10 421*16",
     "11:slower 0.5 8x p15s"},
    {"said again after the pause: longer", Who::Stranger, "421 +15s 421 +30s 421",
     "1:slower 0.5 8x p15s 2:slower 0.25 4x p30s 3:slower 0.125 2x p1m"},
    {"said again, messages accepted in between: not longer", Who::Stranger, "421 +15s ok*3 421",
     "1:slower 0.5 8x p15s 5:slower 0.25 4x p15s"},
    {"accepted before the pause: were under way", Who::Stranger, "421 ok*3 +15s 421",
     "1:slower 0.5 8x p15s 5:slower 0.25 4x p30s"},
    {"never slower than a 64th, never longer than a quarter of an hour", Who::Stranger,
     "421 +15s 421 +30s 421 +1m 421 +2m 421 +4m 421 +8m 421 +15m 421",
     "1:slower 0.5 8x p15s 2:slower 0.25 4x p30s 3:slower 0.125 2x p1m 4:slower 0.0625 1x p2m "
     "5:slower 0.0312 1x p4m 6:slower 0.0156 1x p8m 7:slower 0.0156 1x p15m 8:slower 0.0156 1x "
     "p15m"},
    {"Gmail's rate limit", Who::Stranger, "ok*10 gmail-rate", "11:slower 0.5 8x p15s"},
    {"Yahoo's TSS04", Who::Stranger, "tss04", "1:slower 0.5 8x p15s"},
    {"a limit said with 550", Who::Stranger, "frequency*5", "1:slower 0.5 8x p15s"},
    {"a day's limit", Who::Stranger, "daily", "1:slower 0.5 8x p15s"},
    {"a relay's 454", Who::Stranger, "454", "1:slower 0.5 8x p15s"},
    {"too many connections: fewer sessions at the same rate", Who::Stranger, "connections",
     "1:slower 1 8x p15s"},
    {"Outlook's S775: our reputation", Who::Stranger, "s775", "1:slower 0.25 4x p15s"},
    {"4.7.1 without a reason may be greylisting", Who::Stranger,
     "vague-471 +15s vague-471 +15s vague-471 +15s vague-471",
     "1:slower 0.5 8x p15s 2:slower 0.25 4x p15s 3:slower 0.25 4x p15s 4:slower 0.25 4x p15s"},

    // And faster again.
    {"20 accepted and a quiet minute: a quarter more", Who::Stranger, "421 +15s ok*20 +1m ok",
     "1:slower 0.5 8x p15s 22:faster 0.625 10x"},
    {"19 are too few", Who::Stranger, "421 +15s ok*19 +1m ok", "1:slower 0.5 8x p15s"},
    {"a minute from the pause's end", Who::Stranger, "421 +15s ok*20 +50s ok",
     "1:slower 0.5 8x p15s"},
    {"step by step", Who::Stranger, "421 +15s ok*20 +1m ok*20 +1m ok*20 +1m ok*20 +1m ok*20 +1m ok",
     "1:slower 0.5 8x p15s 22:faster 0.625 10x 42:faster 0.781 12x 62:faster 0.977 15x 82:faster 1 "
     "16x"},
    {"five quiet minutes without a message", Who::Stranger, "421 +5m pace +15s pace +5m pace",
     "1:slower 0.5 8x p15s 0.5 8x 0.625 10x 0.781 12x"},
    {"an hour's quiet", Who::Stranger, "421 +1h pace", "1:slower 0.5 8x p15s 1 16x"},
    {"a signal during the climb", Who::Stranger, "421 +15s ok*20 +1m ok 421 +30s pace",
     "1:slower 0.5 8x p15s 22:faster 0.625 10x 23:slower 0.312 5x p15s 0.312 5x"},

    // Blocked.
    {"listed, nothing accepted", Who::Stranger, "listed", "1:blocked 1/1 6h"},
    {"Outlook's S3140", Who::Friend, "s3140", "1:blocked 1/1 6h"},
    {"Gmail: reputation", Who::Stranger, "reputation", "1:blocked 1/1 6h"},
    {"no name for our address", Who::Stranger, "no-ptr", "1:blocked 1/1 6h"},
    {"too many unknown users: that is about us", Who::Stranger, "probing", "1:blocked 1/1 6h"},
    {"recipients' troubles are no acceptance", Who::Stranger, "full*5 unknown*3 listed",
     "9:blocked 1/1 6h"},
    {"at a host of many, one may be a customer's rule", Who::Host, "listed listed", ""},
    {"three in a row are not", Who::Host, "listed listed listed", "3:blocked 3/3 6h"},
    {"DMARC failed: five times", Who::Stranger, "dmarc*5", "5:blocked 5/5 6h"},
    {"sender refused: five times", Who::Stranger, "sender*4 dmarc", "5:blocked 5/5 6h"},
    {"four times", Who::Stranger, "sender*4 ok", ""},
    {"refused now and then, as by some hosts' lists", Who::Stranger,
     "ok*20 listed ok*20 listed*5 ok*20 listed*9 ok", ""},
    {"begins to refuse us: ten in a row", Who::Stranger, "ok*500 listed*20",
     "510:blocked 10/10 6h"},
    {"at a host of many: twenty", Who::Host, "ok*500 listed*30", "520:blocked 20/20 6h"},
    {"one of two hosts refuses us", Who::Stranger,
     "ok*100 listed*5 ok*5 listed*5 ok*5 listed*5 ok*5 listed*5 ok*5", "135:blocked 20/35 6h"},
    {"refused for now: slower", Who::Stranger, "listed-450 +1m listed-450",
     "1:slower 0.25 4x p15s 2:slower 0.0625 1x p30s"},
    {"refused for now, for an hour", Who::Stranger,
     "listed-450*10 +20m listed-450*5 +40m listed-450*5",
     "1:slower 0.25 4x p15s 11:slower 0.122 1x p30s 16:slower 0.146 2x p1m 20:blocked 20/20 6h"},
    {"after the hold: one session, and one refusal is enough", Who::Stranger,
     "ok*500 listed*10 +6h pace ok*10 listed",
     "510:blocked 10/10 6h 0.0156 1x 521:blocked 1/1 12h"},
    {"the third time: a day", Who::Stranger, "listed +6h listed +12h listed",
     "1:blocked 1/1 6h 2:blocked 1/1 12h 3:blocked 1/1 24h"},
    {"seven days at most", Who::Stranger,
     "listed +6h listed +12h listed +1d listed +2d listed +4d listed +7d listed",
     "1:blocked 1/1 6h 2:blocked 1/1 12h 3:blocked 1/1 24h 4:blocked 1/1 48h 5:blocked 1/1 96h "
     "6:blocked 1/1 168h 7:blocked 1/1 168h"},
    {"a week without a hold: as if the first", Who::Stranger, "listed +6h ok*20 +7d listed*10",
     "1:blocked 1/1 6h 22:faster 1 16x 31:blocked 10/10 6h"},
    {"what was under way during the hold says nothing", Who::Stranger, "listed*20 ok*20 unknown*20",
     "1:blocked 1/1 6h"},
    {"after the hold all is well", Who::Stranger, "listed +6h ok*100", "1:blocked 1/1 6h"},
    {"released by a person", Who::Stranger, "listed +5m release pace ok*20 +1m ok",
     "1:blocked 1/1 6h 0.0156 1x 22:faster 0.0195 1x"},
    {"released too early", Who::Stranger, "listed +5m release listed",
     "1:blocked 1/1 6h 2:blocked 1/1 12h"},

    // A flood of unknown users.
    {"every address unknown, after years of deliveries", Who::Friend, "unknown*3000",
     "20:flood 20/20 24h"},
    {"most addresses unknown", Who::Friend, "unknown*3 ok unknown*5 ok*2 unknown*40",
     "23:flood 20/23 24h"},
    {"in the middle of a run", Who::Friend, "ok*200 unknown*50", "230:flood 30/30 24h"},
    {"in the middle of a run, no past", Who::Stranger, "ok*200 unknown*50", "230:flood 30/30 24h"},
    {"a heap of 30 among 3,000", Who::Friend, "ok*1000 unknown*30 ok*1970", ""},
    {"a heap of 100 in a large run", Who::Friend, "ok*3000 unknown*100 ok*1000", ""},
    {"but not a heap of 120", Who::Friend, "ok*3000 unknown*130", "3120:flood 120/120 24h"},
    {"one of three, for good", Who::Friend,
     "unknown*10 ok*20 unknown*10 ok*20 unknown*10 ok*20 unknown*10 ok*20", ""},
    {"usual there: almost half", Who::Sieve,
     "unknown*17 ok*4 unknown*17 ok*4 unknown*17 ok*20 unknown*17", ""},
    {"more than usual there", Who::Sieve, "unknown*40", "20:flood 20/20 24h"},
    {"a list nobody has mailed: 49 of 49", Who::Stranger, "unknown*49", ""},
    {"a list nobody has mailed: 50", Who::Stranger, "unknown*60", "50:flood 50/50 24h"},
    {"a poor list: two of three", Who::Stranger,
     "unknown*20 ok*10 unknown*20 ok*10 unknown*20 ok*10 unknown*20 ok*10", ""},
    {"after the hold five are enough", Who::Friend, "unknown*20 +1d unknown*5",
     "20:flood 20/20 24h 25:flood 5/5 48h"},
    {"after the hold they are known again", Who::Friend, "unknown*20 +1d ok*20 unknown*4 ok",
     "20:flood 20/20 24h"},

    // What the message says.
    {"one in spam", Who::Stranger, "ok*10 spam ok*10", ""},
    {"one of ten", Who::Stranger, "ok*9 spam ok*9 spam ok*9 spam ok*9 spam ok*9 spam", ""},
    {"all of them", Who::Stranger, "spam*5 policy*10", "10:content 10/10 24h"},
    {"learnt during the run", Who::Friend, "ok*500 spam*30", "520:content 20/20 24h"},
    {"half of them", Who::Friend, "ok*100 spam*5 ok*5 spam*5 ok*5 spam*5 ok*5 spam*5",
     "135:content 20/35 24h"},
};

}  // namespace

TEST_CASE("receiver watch: stories and advice") {
  for (const auto& c : kCases) {
    CAPTURE(c.name);
    auto story = story_of(c.who);
    CHECK(story.tell(c.story) == c.want);
  }
}

TEST_CASE("receiver watch: a few unknown users in any order never hold anybody") {
  std::mt19937 random(20261122);
  struct Mix {
    Who who;
    int accepted;
    int unknown;
  };
  const Mix mixes[] = {{Who::Friend, 2970, 30},    {Who::Friend, 950, 50},
                       {Who::Stranger, 2970, 30},  {Who::Stranger, 950, 50},
                       {Who::Stranger, 9000, 500}, {Who::Host, 95, 5}};
  for (const auto& mix : mixes) {
    std::vector<std::string_view> answers(static_cast<std::size_t>(mix.accepted), "ok");
    answers.resize(answers.size() + static_cast<std::size_t>(mix.unknown), "unknown");
    for (int round = 0; round < 3; ++round) {
      std::shuffle(answers.begin(), answers.end(), random);
      auto story = story_of(mix.who);
      std::string out;
      for (const auto answer : answers) out = story.tell(answer);
      CHECK(out.empty());
    }
  }
}

TEST_CASE("receiver watch: whose failure it was") {
  struct Deferral {
    const char* name;
    Who who;
    const char* story;
    int deferred;
  };
  const Deferral cases[] = {
      {"unknown users are", Who::Friend, "ok*10 unknown ok*5 unknown*3 ok*6", 0},
      {"from the fifth of ten on they are doubted", Who::Friend, "ok*10 unknown*8", 4},
      {"a receiver without a past is believed", Who::Stranger, "ok*10 unknown*30", 0},
      {"all of a flood but the first four", Who::Friend, "unknown*30", 26},
      {"what began a block, and came in after it", Who::Stranger, "listed*5 ok*3", 5},
      {"during a block an unknown user is one", Who::Stranger, "listed unknown full", 1},
      {"a block among accepted ones: from the tenth on", Who::Stranger, "ok*50 listed*12", 3},
      {"a customer's list is the recipient's", Who::Host, "listed*3 tenant", 1},
      {"content", Who::Stranger, "spam*12", 3},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    auto story = story_of(c.who);
    story.tell(c.story);
    CHECK(story.deferred() == c.deferred);
  }
}

TEST_CASE("receiver watch: messages a second, of what it answered before it complained") {
  auto story = story_of(Who::Stranger);
  story.tell("ok*300 421");  // ten a second
  CHECK(story.watch().pace(story.at()).per_second == doctest::Approx(5).epsilon(0.05));
  story.tell("+15s 421");
  CHECK(story.watch().pace(story.at()).per_second == doctest::Approx(2.5).epsilon(0.05));
  story.tell("+2h");
  CHECK(story.watch().pace(story.at()).per_second == 0);

  auto first = story_of(Who::Stranger);
  first.tell("421");
  CHECK(first.watch().pace(first.at()).per_second == 0);
}

TEST_CASE("receiver watch: a person is told once an hour") {
  auto watch = ReceiverWatch({}, {});
  Observation seen;
  seen.outcome = Observation::Outcome::Deferred;
  seen.code = 421;
  seen.reason = "speeding";
  int told = 0;
  for (int i = 0; i < 3 * 60 * 60; ++i) {
    seen.at.now = seen.at.now + 1s;
    if (watch.observe(seen).tell) ++told;
  }
  CHECK(told == 3);
}

TEST_CASE("receiver watch: holds of earlier runs and of other processes") {
  const Moment at{1h, Timestamp(1'795'000'000'000ms)};
  Hold hold;
  hold.since = at.time - 1h;
  hold.until = at.time + 5h;
  hold.times = 2;

  ReceiverWatch watch({}, {.accepted = 10, .unknown = 0, .last_hold = hold});
  REQUIRE(watch.hold(at));
  CHECK(watch.hold(at)->times == 2);
  const Moment after{6h, at.time + 5h};
  CHECK_FALSE(watch.hold(after));
  CHECK(watch.pace(after).share == 1.0 / 64);

  Observation refused;
  refused.at = after;
  refused.outcome = Observation::Outcome::Failed;
  refused.code = 550;
  refused.reason = "blocked";
  CHECK(watch.observe(refused).what == Advice::What::Hold);
  CHECK(watch.hold(after)->times == 3);

  ReceiverWatch other({}, {});
  CHECK(other.pace(at).share == 1);
  CHECK(other.at_ease());
  other.take_over(hold);
  CHECK(other.hold(at));
  other.release(at);
  CHECK_FALSE(other.hold(at));
  CHECK_FALSE(other.at_ease());
  CHECK(other.pace(at).share == 1.0 / 64);

  hold.until = at.time - 24h * 8;
  ReceiverWatch forgiven({}, {.accepted = 0, .unknown = 0, .last_hold = hold});
  CHECK_FALSE(forgiven.at_ease());
  CHECK_FALSE(forgiven.hold(at));
  CHECK(forgiven.at_ease());
  CHECK(forgiven.pace(at).share == 1);
}

TEST_CASE("receiver watch: names and times") {
  for (const auto kind : {HoldKind::Blocked, HoldKind::Flood, HoldKind::Content}) {
    CHECK(parse_hold_kind(hold_name(kind)) == kind);
  }
  CHECK_FALSE(parse_hold_kind("Blocked"));
  CHECK_FALSE(parse_hold_kind(""));
  CHECK(cool_down(HoldKind::Blocked, 0) == 6h);
  CHECK(cool_down(HoldKind::Blocked, 1) == 6h);
  CHECK(cool_down(HoldKind::Flood, 2) == 48h);
  CHECK(cool_down(HoldKind::Flood, 4'000'000'000) == 24h * 7);
}

}  // namespace receiver_watch_test
