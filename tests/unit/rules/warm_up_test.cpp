#include "rules/warm_up.h"

#include <doctest/doctest.h>

namespace warm_up_test {

using namespace hagaki;
using namespace hagaki::rules;
using std::chrono::days;
using std::chrono::local_days;

TEST_CASE("how many messages on which day") {
  const auto warm_up = parse_warm_up("2026-11-29: 50, 100,0,400");
  REQUIRE(warm_up);
  const local_days start(std::chrono::year(2026) / 11 / 29);
  struct Case {
    int day;
    int want;  // -1: no limit
  };
  const Case cases[] = {{-1000, 0}, {-1, 0},  {0, 50}, {1, 100},
                        {2, 0},     {3, 400}, {4, -1}, {1000, -1}};
  for (const auto& c : cases) {
    CAPTURE(c.day);
    const auto allowed = warm_up->allowed(start + days(c.day));
    CHECK((allowed ? static_cast<int>(*allowed) : -1) == c.want);
  }
}

TEST_CASE("what is no warm-up") {
  const std::string many = "2026-12-01: 1" + [] {
    std::string more;
    for (int i = 0; i < 1000; ++i) more += ",1";
    return more;
  }();
  for (const std::string& text :
       {std::string(), std::string("50,100"), std::string("2026-12-01"), std::string("2026-12-01:"),
        std::string("2026-12-01: 50,,100"), std::string("2026-12-01: 50,"),
        std::string("2026-12-01: -5"), std::string("2026-12-01: 0,0"),
        std::string("2026-12-01: 5.5"), std::string("2026-13-01: 5"), std::string("2026-02-29: 5"),
        std::string("1 Dec 2026: 5"), std::string("26-12-01: 5"),
        std::string("2026-12-01: 99999999999"), many}) {
    CAPTURE(text);
    const auto parsed = parse_warm_up(text);
    REQUIRE(!parsed);
    CHECK(parsed.error().code == ErrorCode::Syntax);
  }
}

}  // namespace warm_up_test
