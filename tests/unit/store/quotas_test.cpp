#include "store/quotas.h"

#include <doctest/doctest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <fstream>
#include <iterator>
#include <random>

#include "store/sqlite.h"
#include "store/time_zones.h"
#include "temp_folder.h"

namespace quotas_test {

using namespace hagaki;
using namespace hagaki::store;
using rules::Rate;
using std::chrono::hours;
using std::chrono::milliseconds;

namespace {

constexpr Rate kDaily{100, hours(24)};
constexpr Rate kHourly{30, hours(1)};

Timestamp at(const char* text) {
  return *parse_rfc3339(text);
}

std::shared_ptr<const TimeZone> utc() {
  return std::make_shared<const FixedZone>();
}

std::shared_ptr<const TimeZone> zone(const char* name) {
  return *find_time_zone(name);
}

/// How many can be had at once.
unsigned drain(Quotas& quotas, std::vector<Rate> limits, const char* time) {
  const auto got = quotas.reserve("all", limits, 1'000'000, at(time));
  REQUIRE(got);
  return got->granted;
}

}  // namespace

TEST_CASE("a quota is given out once, and anew in the next period") {
  struct Step {
    const char* time;
    unsigned want;
  };
  struct Case {
    const char* name;
    std::shared_ptr<const TimeZone> zone;
    std::vector<Rate> limits;
    std::vector<Step> steps;
  };
  const Case cases[] = {
      {"day in UTC",
       utc(),
       {kDaily},
       {{"2026-11-22T10:00:00Z", 100},
        {"2026-11-22T23:59:59.999Z", 0},
        {"2026-11-23T00:00:00Z", 100},
        {"2026-11-23T00:00:01Z", 0}}},
      {"day in Tokyo",
       zone("Asia/Tokyo"),
       {kDaily},
       {{"2026-11-22T10:00:00Z", 100},
        {"2026-11-22T14:59:59.999Z", 0},
        {"2026-11-22T15:00:00Z", 100},
        {"2026-11-23T14:00:00Z", 0}}},
      {"hour in India, which begins at half past",
       zone("Asia/Kolkata"),
       {kHourly},
       {{"2026-11-22T10:00:00Z", 30},
        {"2026-11-22T10:29:00Z", 0},
        {"2026-11-22T10:30:00Z", 30},
        {"2026-11-22T11:00:00Z", 0}}},
      {"hour and day",
       utc(),
       {kHourly, kDaily},
       {{"2026-11-22T10:00:00Z", 30},
        {"2026-11-22T11:00:00Z", 30},
        {"2026-11-22T12:00:00Z", 30},
        {"2026-11-22T13:00:00Z", 10},
        {"2026-11-22T14:00:00Z", 0},
        {"2026-11-23T00:00:00Z", 30}}},
      {"two limits of one kind count once",
       utc(),
       {kDaily, {60, hours(24)}},
       {{"2026-11-22T10:00:00Z", 60}, {"2026-11-22T11:00:00Z", 0}}},
      // Clocks are put back from 03:00 to 02:00: a day of 25 hours, and two hours of that name.
      {"long day",
       zone("Europe/Berlin"),
       {kDaily},
       {{"2026-10-24T22:00:00Z", 100}, {"2026-10-25T22:59:59Z", 0}, {"2026-10-25T23:00:00Z", 100}}},
      {"hour that comes twice",
       zone("Europe/Berlin"),
       {kHourly},
       {{"2026-10-25T00:00:00Z", 30},
        {"2026-10-25T00:59:59Z", 0},
        {"2026-10-25T01:00:00Z", 30},
        {"2026-10-25T01:59:59Z", 0},
        {"2026-10-25T02:00:00Z", 30}}},
      {"short day",
       zone("Europe/Berlin"),
       {kDaily},
       {{"2026-03-28T23:00:00Z", 100}, {"2026-03-29T21:59:59Z", 0}, {"2026-03-29T22:00:00Z", 100}}},
      {"no limit", utc(), {}, {{"2026-11-22T10:00:00Z", 1'000'000}}},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const TempFolder folder;
    for (const auto& step : c.steps) {
      CAPTURE(step.time);
      // Each step is another run.
      auto quotas = Quotas::open(folder.file("limits"), c.zone);
      REQUIRE(quotas);
      CHECK(drain(*quotas, c.limits, step.time) == step.want);
    }
  }
}

TEST_CASE("when more is released") {
  const TempFolder folder;
  auto quotas = Quotas::open(folder.file("limits"), zone("Asia/Tokyo"));
  REQUIRE(quotas);
  const std::vector<Rate> limits{kHourly, kDaily};
  const auto next = [&](const char* time) {
    return format_rfc3339(*quotas->next_release("all", limits, at(time)));
  };
  CHECK(next("2026-11-22T10:12:00Z") == "2026-11-22T10:12:00.000Z");
  CHECK(drain(*quotas, limits, "2026-11-22T10:12:00Z") == 30);
  CHECK(next("2026-11-22T10:12:00Z") == "2026-11-22T11:00:00.000Z");
  CHECK(quotas->used("all", kDaily, at("2026-11-22T10:12:00Z")).value() == 30);
  CHECK(drain(*quotas, limits, "2026-11-22T11:12:00Z") == 30);
  CHECK(drain(*quotas, limits, "2026-11-22T12:12:00Z") == 30);
  CHECK(drain(*quotas, limits, "2026-11-22T13:12:00Z") == 10);
  CHECK(next("2026-11-22T13:12:00Z") == "2026-11-22T15:00:00.000Z");
  // Another name has its own.
  CHECK(quotas->reserve("other", limits, 7, at("2026-11-22T13:12:00Z"))->granted == 7);
}

TEST_CASE("what is given back goes where it came from") {
  const TempFolder folder;
  auto quotas = Quotas::open(folder.file("limits"), utc());
  REQUIRE(quotas);
  const std::vector<Rate> limits{kDaily};
  const auto evening = quotas->reserve("all", limits, 60, at("2026-11-22T23:59:00Z"));
  REQUIRE(evening);
  CHECK(evening->granted == 60);
  CHECK(format_rfc3339(evening->until) == "2026-11-23T00:00:00.000Z");
  CHECK(drain(*quotas, limits, "2026-11-23T00:00:10Z") == 100);
  REQUIRE(quotas->give_back(*evening, 50));
  CHECK(quotas->used("all", kDaily, at("2026-11-22T12:00:00Z")).value() == 10);
  CHECK(drain(*quotas, limits, "2026-11-23T00:00:20Z") == 0);
}

TEST_CASE("an allowance takes from its portion, and gives back the rest") {
  const TempFolder folder;
  auto quotas = Quotas::open(folder.file("limits"), utc());
  REQUIRE(quotas);
  const Rate large{1000, hours(24)};
  const auto used = [&](const char* time) {
    return quotas->used("relay", large, at(time)).value();
  };
  CHECK(Quotas::portion(std::vector{large}) == 10);
  CHECK(Quotas::portion(std::vector{kDaily}) == 1);
  CHECK(Quotas::portion(std::vector{Rate{1, hours(1)}}) == 1);
  CHECK(Quotas::portion(std::vector{Rate{10'000'000, hours(1)}}) == 100);
  {
    Allowance allowance(*quotas, "relay", {large});
    const auto place = allowance.take(at("2026-11-22T23:59:00Z")).value();
    REQUIRE(place);
    CHECK(used("2026-11-22T23:59:00Z") == 10);
    allowance.put_back(place);
    CHECK(allowance.take(at("2026-11-22T23:59:00Z")).value());
    CHECK(allowance.take(at("2026-11-22T23:59:00Z")).value());
    CHECK(allowance.next(at("2026-11-22T23:59:00Z")).value() == at("2026-11-22T23:59:00Z"));
    // Midnight: the eight that are left are yesterday's.
    CHECK(allowance.take(at("2026-11-23T00:00:00Z")).value());
    CHECK(used("2026-11-22T23:59:00Z") == 2);
    CHECK(used("2026-11-23T00:00:00Z") == 10);
  }
  CHECK(used("2026-11-23T00:00:00Z") == 1);
  Allowance allowance(*quotas, "relay", {large});
  for (int i = 0; i < 999; ++i) CHECK(allowance.take(at("2026-11-23T01:00:00Z")).value());
  CHECK_FALSE(allowance.take(at("2026-11-23T01:00:00Z")).value());
  CHECK(format_rfc3339(*allowance.next(at("2026-11-23T01:00:00Z"))) == "2026-11-24T00:00:00.000Z");
  CHECK(used("2026-11-23T00:00:00Z") == 1000);
}

TEST_CASE("places that are put back late, and many of them, go where they were counted") {
  struct Case {
    const char* name;
    Rate limit;
    unsigned taken;
    const char* later;  ///< when `back` of them are put back, after one more was asked for
    unsigned back;
    unsigned used_before;  ///< in the day of the places
    unsigned next_day;     ///< used there
    unsigned more;         ///< to be had then
  };
  const char* const kEvening = "2026-11-22T23:59:00Z";
  const char* const kMorning = "2026-11-23T00:00:00Z";
  const Case cases[] = {
      {"the last place is gone", {100, hours(24)}, 100, kEvening, 50, 50, 0, 50},
      {"several portions", {1000, hours(24)}, 640, kEvening, 640, 0, 0, 1000},
      {"after midnight", {100, hours(24)}, 100, kMorning, 50, 50, 1, 99},
      {"after midnight, of several portions", {1000, hours(24)}, 640, kMorning, 40, 600, 10, 999},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const TempFolder folder;
    auto quotas = Quotas::open(folder.file("limits"), utc());
    REQUIRE(quotas);
    Allowance allowance(*quotas, "relay", {c.limit});
    std::vector<Allowance::Place> places;
    for (unsigned i = 0; i < c.taken; ++i) {
      places.push_back(allowance.take(at(kEvening)).value());
      REQUIRE(places.back());
    }
    const bool same_day = c.later == kEvening;
    auto one = allowance.take(at(c.later)).value();
    CHECK(static_cast<bool>(one) == (!same_day || c.taken < c.limit.count));
    if (same_day && one) allowance.put_back(one);
    for (unsigned i = 0; i < c.back; ++i) allowance.put_back(places[i]);
    const auto used = [&](const char* time) {
      return quotas->used("relay", c.limit, at(time)).value();
    };
    CHECK(used(kMorning) == c.next_day);
    unsigned more = 0;
    while (allowance.take(at(c.later)).value()) ++more;
    CHECK(more == c.more);
    REQUIRE(allowance.release());
    CHECK(used(kEvening) == (same_day ? c.limit.count : c.used_before));
  }
}

TEST_CASE("what one process puts back another one may have") {
  const TempFolder folder;
  auto quotas = Quotas::open(folder.file("limits"), utc());
  REQUIRE(quotas);
  const auto now = at("2026-11-22T10:00:00Z");
  Allowance one(*quotas, "relay", {kDaily});
  Allowance other(*quotas, "relay", {kDaily});
  std::vector<Allowance::Place> places;
  for (int i = 0; i < 100; ++i) places.push_back(one.take(now).value());
  CHECK_FALSE(other.take(now).value());
  for (int i = 0; i < 10; ++i) one.put_back(places[static_cast<std::size_t>(i)]);
  // It keeps a portion for itself.
  int had = 0;
  while (other.take(now).value()) ++had;
  CHECK(had == 9);
  CHECK(one.take(now).value());
  CHECK_FALSE(one.take(now).value());
}

TEST_CASE("ten runs on one day and into the next: exactly 100 and 100") {
  const TempFolder folder;
  int today = 0, tomorrow = 0;
  for (int run = 0; run < 20; ++run) {
    auto quotas = Quotas::open(folder.file("limits"), zone("Asia/Tokyo"));
    REQUIRE(quotas);
    Allowance allowance(*quotas, "relay", {kDaily});
    // From 10:00 in Tokyo, two hours apart; the seventh run begins just before midnight and ends
    // behind.
    const Timestamp begin = at("2026-11-22T02:59:59.990Z") + hours(2) * run;
    for (int i = 0; i < 37; ++i) {
      const auto now = begin + milliseconds(i);
      if (!allowance.take(now).value()) continue;
      if (now >= at("2026-11-23T15:00:00Z")) continue;
      (now < at("2026-11-22T15:00:00Z") ? today : tomorrow) += 1;
    }
  }
  CHECK(today == 100);
  CHECK(tomorrow == 100);
}

TEST_CASE("processes share a limit, and a killed one takes no more than its portion with it") {
  const TempFolder folder;
  constexpr Rate kLimit{5000, hours(24)};
  constexpr int kProcesses = 5;
  const Timestamp now = at("2026-11-22T10:00:00Z");
  std::array<int, 2> ends{};
  REQUIRE(::pipe(ends.data()) == 0);
  std::vector<pid_t> children;
  for (int i = 0; i < kProcesses; ++i) {
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      // One octet for each message that goes; what is wrong shows in the exit status.
      auto quotas = Quotas::open(folder.file("limits"), utc());
      if (!quotas) ::_exit(2);
      Allowance allowance(*quotas, "relay", {kLimit});
      std::mt19937 random(static_cast<unsigned>(i));
      constexpr int kTries = 10;
      for (int tries = 0;;) {
        auto taken = allowance.take(now);
        // On a busy machine the others may have had the file for longer than the patience.
        if (!taken && taken.error().code == ErrorCode::Retry && ++tries < kTries) continue;
        if (!taken) ::_exit(3);
        tries = 0;
        if (!*taken) break;
        if (random() % 10 == 0) {
          allowance.put_back(*taken);
        } else if (::write(ends[1], "m", 1) != 1) {
          ::_exit(4);
        }
        if (random() % 50 == 0 && !allowance.release()) ::_exit(5);
      }
      ::_exit(0);
    }
    children.push_back(child);
  }
  ::close(ends[1]);
  unsigned sent = 0;
  std::array<char, 256> buffer{};
  for (ssize_t got = 0; (got = ::read(ends[0], buffer.data(), buffer.size())) > 0;) {
    const auto before = sent;
    sent += static_cast<unsigned>(got);
    if (before < 1000 && sent >= 1000) ::kill(children[0], SIGKILL);
  }
  ::close(ends[0]);
  for (int i = 0; i < kProcesses; ++i) {
    int status = 0;
    REQUIRE(::waitpid(children[static_cast<std::size_t>(i)], &status, 0) > 0);
    CAPTURE(i);
    if (i > 0) CHECK(status == 0);
  }
  CHECK(sent <= kLimit.count);
  // The others stop while one of them still holds a portion, which it gives back too late for them.
  const unsigned portion = Quotas::portion(std::vector{kLimit});
  CHECK(sent >= kLimit.count - kProcesses * portion);
  auto quotas = Quotas::open(folder.file("limits"), utc());
  REQUIRE(quotas);
  const auto used = quotas->used("relay", kLimit, now).value();
  CHECK(used <= sent + portion);
  CHECK(used >= sent);
}

TEST_CASE("old periods are forgotten, and the file is its owner's") {
  const TempFolder folder;
  const auto path = folder.file("limits");
  auto quotas = Quotas::open(path, utc());
  REQUIRE(quotas);
  for (int day = 0; day < 60; ++day) {
    REQUIRE(quotas->reserve("all", std::vector{kHourly, kDaily}, 1,
                            at("2026-11-22T10:00:00Z") + hours(24 * day)));
  }
  auto db = Database::open(path, Database::Mode::ReadOnly);
  REQUIRE(db);
  CHECK(query_number(*db, "SELECT count(*) FROM used").value() <= 16);
  struct stat info{};
  for (const char* end : {"", "-wal", "-shm"}) {
    CAPTURE(end);
    REQUIRE(::stat((path + end).c_str(), &info) == 0);
    CHECK((info.st_mode & 0777) == 0600);
  }
}

TEST_CASE("a file of something else is left alone") {
  struct Case {
    const char* name;
    std::string content;  // SQL when it begins with a blank
    ErrorCode want;
  };
  const Case cases[] = {
      {"text", std::string(5000, 'x'), ErrorCode::Config},
      {"another database", " CREATE TABLE t (a)", ErrorCode::Config},
      {"another application", " PRAGMA application_id=7", ErrorCode::Config},
      {"a newer version",
       " PRAGMA application_id=1751608172; PRAGMA user_version=2; CREATE TABLE t (a)",
       ErrorCode::Config},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const TempFolder folder;
    const auto path = folder.file("limits");
    if (c.content.starts_with(' ')) {
      auto db = Database::open(path, Database::Mode::ReadWrite);
      REQUIRE(db);
      REQUIRE(db->run(c.content.c_str()));
    } else {
      std::ofstream(path) << c.content;
    }
    std::ifstream before(path);
    const std::string content(std::istreambuf_iterator<char>(before), {});
    const auto quotas = Quotas::open(path, utc());
    REQUIRE(!quotas);
    CHECK(quotas.error().code == c.want);
    CHECK(quotas.error().context == path);
    std::ifstream after(path);
    if (c.name != std::string("a newer version"))
      CHECK(std::string(std::istreambuf_iterator<char>(after), {}) == content);
  }
  const auto missing = Quotas::open("/nowhere/limits", utc());
  REQUIRE(!missing);
  CHECK(missing.error().code == ErrorCode::Io);
}

TEST_CASE("what cannot be counted is not granted") {
  const TempFolder folder;
  const auto path = folder.file("limits");
  auto quotas = Quotas::open(path, utc(), milliseconds(20));
  REQUIRE(quotas);
  const std::vector<Rate> limits{kDaily};
  const auto now = at("2026-11-22T10:00:00Z");

  SUBCASE("locked by another") {
    auto other = Database::open(path, Database::Mode::ReadWrite);
    REQUIRE(other);
    REQUIRE(other->run("BEGIN IMMEDIATE"));
    const auto got = quotas->reserve("all", limits, 5, now);
    REQUIRE(!got);
    CHECK(got.error().code == ErrorCode::Retry);
    CHECK(got.error().text() == path + ": another process holds the limits locked");
    REQUIRE(other->run("ROLLBACK"));
  }
  SUBCASE("no room") {
    // A write past the limit fails as one on a full disk does, but for the number of the error.
    struct rlimit old{};
    REQUIRE(::getrlimit(RLIMIT_FSIZE, &old) == 0);
    auto* const handler = std::signal(SIGXFSZ, SIG_IGN);
    const struct rlimit none{0, old.rlim_max};
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &none) == 0);
    const auto got = quotas->reserve("all", limits, 5, now);
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &old) == 0);
    std::signal(SIGXFSZ, handler);
    REQUIRE(!got);
    CHECK(got.error().code == ErrorCode::Io);
  }
  // Afterwards all is there.
  CHECK(drain(*quotas, limits, "2026-11-22T10:00:00Z") == 100);
}

TEST_CASE("a damaged file grants nothing") {
  const TempFolder folder;
  const auto path = folder.file("limits");
  {
    auto quotas = Quotas::open(path, utc());
    REQUIRE(quotas);
    REQUIRE(quotas->reserve("all", std::vector{kDaily}, 5, at("2026-11-22T10:00:00Z")));
  }
  {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(4096);
    file << std::string(4096, 'x');
  }
  auto quotas = Quotas::open(path, utc());
  if (quotas) {
    const auto got = quotas->reserve("all", std::vector{kDaily}, 5, at("2026-11-22T10:00:00Z"));
    REQUIRE(!got);
    CHECK(got.error().text() == path + ": the file of limits is damaged");
  } else {
    CHECK(quotas.error().text() == path + ": the file of limits is damaged");
  }
}

}  // namespace quotas_test
