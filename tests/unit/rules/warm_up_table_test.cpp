#include "rules/warm_up_table.h"

#include <doctest/doctest.h>

namespace warm_up_table_test {

using namespace hagaki;
using namespace hagaki::rules;

TEST_CASE("the schedules of addresses") {
  const auto table = parse_warm_up_table(R"(# new in December
"192.0.2.1" = "2026-12-01: 50,100"
"2001:DB8::1" = "2026-12-02: 10"
)",
                                         "warm.toml");
  REQUIRE(table);
  CHECK(table->size() == 2);
  CHECK(table->at(*dns::parse_ip("192.0.2.1")).per_day == std::vector<std::uint32_t>{50, 100});
  CHECK(table->contains(*dns::parse_ip("2001:db8::1")));
  CHECK(parse_warm_up_table("", "warm.toml")->empty());
}

TEST_CASE("what is no table of schedules") {
  struct Case {
    const char* text;
    const char* want;
  };
  const Case cases[] = {
      {"x", "warm.toml:1: "},
      {"\n\"eth0\" = \"2026-12-01: 50\"", "warm.toml:2: \"eth0\" is no IP address"},
      {"\"192.0.2.1\" = 50", "warm.toml:1: a warm-up is a text"},
      {"\"192.0.2.1\" = \"50\"", "warm.toml:1: \"50\" is no warm-up"},
      {"\"2001:db8::1\" = \"2026-12-01: 50\"\n\"2001:db8:0::1\" = \"2026-12-01: 50\"",
       "2001:db8::1 stands twice"},
      {"\"b\" = 1\n\"a\" = 1", "warm.toml:1: \"b\""},
  };
  for (const auto& c : cases) {
    CAPTURE(c.text);
    const auto table = parse_warm_up_table(c.text, "warm.toml");
    REQUIRE(!table);
    CHECK(table.error().code == ErrorCode::Config);
    CHECK(table.error().text().find(c.want) != std::string::npos);
  }
}

}  // namespace warm_up_table_test
