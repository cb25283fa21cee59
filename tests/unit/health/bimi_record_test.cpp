#include "health/bimi_record.h"

#include <doctest/doctest.h>

namespace bimi_record_test {

using namespace hagaki::health;

TEST_CASE("records of BIMI") {
  struct Case {
    const char* txt;
    bool good;
    const char* logo;
  };
  const Case cases[] = {
      {"v=BIMI1; l=https://a.example/l.svg; a=https://a.example/c.pem", true,
       "https://a.example/l.svg"},
      {"v=BIMI1; l=; a=", true, ""},
      {"v=BIMI1;l=https://a.example/l.svg", true, "https://a.example/l.svg"},
      {"v=BIMI1; a=https://a.example/c.pem", false, ""},
      {"v=BIMI1; l=http://a.example/l.svg", false, ""},
      {"v=BIMI1; l=https://a.example/l.svg; a=ftp://x", false, ""},
      {"v=BIMI1; nonsense", false, ""},
      {"v=BIMI2; l=https://a.example/l.svg", false, ""},
  };
  for (const auto& c : cases) {
    CAPTURE(c.txt);
    const auto got = parse_bimi(c.txt);
    REQUIRE(got.has_value() == c.good);
    if (got) CHECK(got->logo == c.logo);
  }
  CHECK(!is_bimi("v=spf1 -all"));
}

}  // namespace bimi_record_test
