#include "dsn/prefixes.h"

#include <doctest/doctest.h>

namespace prefixes_test {

using hagaki::dsn::Prefixes;

TEST_CASE("words that lines begin with") {
  const Prefixes words({"recipient address:", "recipient", "to:", "宛先：", ""});
  CHECK(words.size() == 4);
  struct Case {
    const char* line;
    std::size_t want;
  };
  const Case cases[] = {
      {"Recipient address: a", 18},
      {"RECIPIENT \t Address: a", 20},
      {"recipient is", 9},
      {"To:", 3},
      {"宛先：a", 9},
      {"tofu", Prefixes::npos},
      {" to:", Prefixes::npos},
      {"", Prefixes::npos},
      {"recip", Prefixes::npos},
  };
  for (const auto& c : cases) {
    CAPTURE(c.line);
    CHECK(words.match(c.line) == c.want);
  }
  CHECK(Prefixes().match("to:") == Prefixes::npos);
}

}  // namespace prefixes_test
