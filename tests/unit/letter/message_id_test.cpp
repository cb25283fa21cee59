#include "letter/message_id.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "base/digest.h"
#include "base/text.h"

namespace hagaki::letter {
namespace {

bool is_token(std::string_view text) {
  return !text.empty() && text.size() <= 12 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
  });
}

TEST_CASE("Message-ID") {
  const HmacSha256 spring("spring");
  const std::string id = message_id(spring, "a@b.example", "c.example");
  CHECK(id == message_id(HmacSha256("spring"), "a@b.example", "c.example"));
  CHECK(id != message_id(HmacSha256("autumn"), "a@b.example", "c.example"));
  CHECK(id != message_id(spring, "b@b.example", "c.example"));
  CHECK(id.ends_with("@c.example"));
  CHECK(id.size() == 32 + 10);
}

TEST_CASE("the campaign's token in a return path") {
  CHECK(campaign_token("Spring-2026") == "spring2026");
  CHECK(campaign_token("a").size() == 1);
  for (const char* name : {"", "春", "---", "a very long name of a campaign", "spring春"}) {
    CAPTURE(name);
    const std::string token = campaign_token(name);
    CHECK(token.size() == 12);
    CHECK(is_token(token));
  }
}

TEST_CASE("the token of a name that hostile people chose") {
  std::ifstream table(HAGAKI_TEST_DATA "/letters/hostile.tsv");
  int names = 0;
  for (std::string line; std::getline(table, line);) {
    if (line.starts_with('#')) continue;
    const auto fields = split(line, '\t');
    REQUIRE(fields.size() >= 2);
    const auto value = nlohmann::json::parse(fields[1], nullptr, false);
    if (!value.is_string()) continue;
    const auto once = value.get<std::string>();
    const auto times = fields.size() > 2 ? parse_unsigned(fields[2], 1'000'000).value_or(0) : 1;
    std::string name;
    for (unsigned long long n = 0; n < times; ++n) name += once;
    CAPTURE(fields[1]);
    ++names;
    CHECK(is_token(campaign_token(name)));
  }
  CHECK(names >= 300);
}

}  // namespace
}  // namespace hagaki::letter
