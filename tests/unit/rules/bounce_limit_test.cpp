#include "rules/bounce_limit.h"

#include <doctest/doctest.h>

#include <fmt/format.h>

namespace bounce_limit_test {

using namespace hagaki;
using namespace hagaki::rules;

TEST_CASE("bounce limit: forms") {
  struct Case {
    const char* text;
    const char* want;
  };
  const Case cases[] = {
      {"5%/500", "0.05 500"},   {"5%", "0.05 500"},   {"0.5%/2000", "0.005 2000"},
      {"0%/1", "0 1"},          {"100%/10", "1 10"},  {"off", "1 500"},
      {"12.25%", "0.1225 500"}, {"", "wrong"},        {"5", "wrong"},
      {"5/500", "wrong"},       {"%", "wrong"},       {"5%/", "wrong"},
      {"5%/0", "wrong"},        {"-5%", "wrong"},     {"101%", "wrong"},
      {"100.1%", "wrong"},      {"5.%", "wrong"},     {".5%", "wrong"},
      {"5 %", "wrong"},         {"5%/500%", "wrong"}, {"5%/9999999999", "wrong"},
      {"5.1234%", "wrong"},     {"Off", "wrong"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.text);
    const auto limit = parse_bounce_limit(c.text);
    CHECK((limit ? fmt::format("{} {}", limit->share, limit->first) : "wrong") == c.want);
    if (!limit) CHECK(limit.error().code == ErrorCode::Syntax);
  }
}

namespace {

/// After how many recipients it says stop, where `each` of them is dead; 0 = never.
template <class IsDead>
int stops_at(BounceWatch& watch, int recipients, IsDead is_dead) {
  int at = 0;
  for (int i = 1; i <= recipients; ++i) {
    if (!watch.count("example.jp", is_dead(i), "no such user")) continue;
    CHECK(at == 0);
    at = i;
  }
  return at;
}

}  // namespace

TEST_CASE("bounce limit: when it stops") {
  const BounceLimit limit;
  struct Case {
    const char* name;
    int recipients;
    bool (*is_dead)(int);
    int want;
  };
  const Case cases[] = {
      {"all dead: as soon as it is sure", 500, [](int) { return true; }, 26},
      {"25 of 500 are allowed", 500, [](int i) { return i <= 25; }, 0},
      {"26 at the end of 500", 500, [](int i) { return i > 474; }, 500},
      {"a short list", 20, [](int) { return true; }, 0},
      {"5 of each 100, for ever", 10'000, [](int i) { return i % 20 == 0; }, 0},
      {"a good beginning and a bad end", 2'000, [](int i) { return i > 1'000; }, 1'053},
      {"none", 1'000, [](int) { return false; }, 0},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    BounceWatch watch(limit);
    CHECK(stops_at(watch, c.recipients, c.is_dead) == c.want);
  }

  BounceWatch off({1, 500});
  CHECK(stops_at(off, 5'000, [](int) { return true; }) == 0);
  BounceWatch strict({0, 1});
  CHECK(stops_at(strict, 10, [](int i) { return i == 7; }) == 7);
  BounceWatch resumed(limit);
  resumed.count_earlier(400, 20);
  CHECK(stops_at(resumed, 50, [](int i) { return i <= 6; }) == 6);
}

TEST_CASE("bounce limit: who has them") {
  BounceWatch watch(BounceLimit{});
  for (int i = 0; i < 10; ++i) watch.count("fine.example", false, "ok");
  for (int i = 0; i < 10; ++i) watch.count("some.example", i % 2 == 0, "unknown user");
  for (int i = 0; i < 8; ++i) watch.count("many.example", i != 7, std::string(5'000, 'x'));
  const auto rows = watch.rows();
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].receiver == "many.example");
  CHECK(rows[0].recipients == 8);
  CHECK(rows[0].dead == 7);
  CHECK(rows[0].example.size() == 300);
  CHECK(rows[1].receiver == "some.example");
  CHECK(rows[1].example == "unknown user");

  for (int i = 0; i < 5'000; ++i) watch.count(fmt::format("{}.example", i), true, "");
  CHECK(watch.rows().size() == 2'000);
  CHECK(watch.rows().front().receiver == "others");
  CHECK(watch.rows().front().dead == 3'003);
  CHECK(watch.dead() == 5'012);
  CHECK(watch.recipients() == 5'028);
}

}  // namespace bounce_limit_test
