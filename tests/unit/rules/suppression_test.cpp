#include "rules/suppression.h"

#include <doctest/doctest.h>

#include <sstream>

namespace suppression_test {

using namespace hagaki;
using namespace hagaki::rules;

namespace {

const KeyHasher kHasher("0123456789abcdef");

std::string judge(const Suppression& list, std::string_view email) {
  const auto address = Address::parse(email);
  REQUIRE_MESSAGE(address, std::string(email));
  const auto decision = list.find(*address);
  return decision ? decision->rule + " " + decision->evidence.at(0) : "keep";
}

}  // namespace

TEST_CASE("what an entry matches") {
  struct Case {
    std::string name;
    std::string entry;
    std::string email;
    std::string want;  // the rule, or "keep"
  };
  const Case cases[] = {
      {"itself", "a@example.jp", "a@example.jp", "suppress.address"},
      {"whole addresses only", "a@example.jp", "ba@example.jp", "keep"},
      {"no more at the end either", "a@example.jp", "a@example.jp.example.com", "keep"},
      {"the dot is a dot", "a.b@example.jp", "axb@example.jp", "keep"},
      {"case", "A@Example.JP", "a@exAMPLE.jp", "suppress.address"},
      {"IDN", "a@日本.example", "a@xn--wgv71a.example", "suppress.address"},
      {"blanks and CR", "  a@example.jp \r", "a@example.jp", "suppress.address"},
      {"display name", "A Person <a@example.jp>", "a@example.jp", "suppress.address"},
      {"comment behind", "a@example.jp # asked by phone", "a@example.jp", "suppress.address"},
      {"hash sign inside", "a#1@example.jp", "a#1@example.jp", "suppress.address"},
      {"comment line", "# a@example.jp", "a@example.jp", "keep"},
      {"domain", "@Example.jp", "anyone@example.jp", "suppress.domain"},
      {"domain, not below it", "@example.jp", "a@sub.example.jp", "keep"},
      {"domain, not beside it", "@example.jp", "a@badexample.jp", "keep"},
      {"another one's hash", "e66ca41cbfda6407881a3dc3186e55abb9fc166f33df9dcba50753fc47aa8406",
       "a@example.jp", "keep"},
      {"a domain as shells write it", "*@example.jp", "a@example.jp", "suppress.domain"},
      {"in quotes", "'a@example.jp'", "a@example.jp", "suppress.address"},
      {"in double quotes", "\"a@example.jp\"", "a@example.jp", "suppress.address"},
      {"a quoted local part is none of these", "\"a b\"@example.jp", "\"a b\"@example.jp",
       "suppress.address"},
      {"a row of a table", "a@example.jp,bounced", "a@example.jp", "suppress.address"},
      {"its address further on", "17;\"a@example.jp\";2026-11-01", "a@example.jp",
       "suppress.address"},
      {"two addresses", "a@example.jp, b@example.jp", "b@example.jp", "suppress.address"},
      {"a comma for a dot", "a@ezweb.ne,jp", "a@ezweb.ne.jp", "suppress.address"},
      {"a comma at the end", "a@example.jp,", "a@example.jp", "suppress.address"},
      {"full width", "ａ＠example．jp", "a@example.jp", "suppress.address"},
      {"record", R"({"email":"a@example.jp","name":"A"})", "a@example.jp", "suppress.address"},
      {"pruned record", R"({"type":"pruned","v":1,"email":"a@example.jp","rule":"x"})",
       "a@example.jp", "suppress.address"},
      {"unsubscribe record", R"({"type":"unsubscribe","v":1,"email":"a@example.jp"})",
       "a@example.jp", "suppress.address"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    Suppression list(kHasher);
    const auto added = list.add(c.entry, "stop.txt", 1);
    CHECK_MESSAGE(added, (added ? "" : added.error().text()));
    const auto got = judge(list, c.email);
    CHECK(got.substr(0, got.find(' ')) == c.want);
  }
}

TEST_CASE("hashes are of the address, trimmed and in lower case") {
  Suppression list(kHasher);
  // printf a@example.jp | sha256sum; printf b@example.jp | md5sum
  REQUIRE(list.add("8DD0CC25E105FB7EFD4955A558F4DA901B5052D20B6A252DFE986E768DE81984", "s", 1));
  REQUIRE(list.add("07e604dfba0af98776c8b76c2076c00f", "s", 2));
  CHECK(
      judge(list, "A@Example.jp") ==
      R"(suppress.hash {"entry":"8dd0cc25e105fb7efd4955a558f4da901b5052d20b6a252dfe986e768de81984","where":"s:1"})");
  CHECK(judge(list, " b@EXAMPLE.jp ") ==
        R"(suppress.hash {"entry":"07e604dfba0af98776c8b76c2076c00f","where":"s:2"})");
  CHECK(judge(list, "c@example.jp") == "keep");
}

TEST_CASE("a file, its bad lines, and where an entry stands") {
  Suppression list(kHasher);
  std::istringstream in(
      "\xEF\xBB\xBF# our own list\n"
      "a@example.jp\r\n"
      "\n"
      "example.jp\n"
      "{\"type\":\"delivery\",\"email\":\"b@example.jp\"}\n"
      "{\"name\":\"c\"}\n"
      "{broken\n"
      "two words@example.jp\n" +
      std::string((1u << 20) + 1, 'x') +
      "\n"
      "A@example.jp\n"
      "@example.com");
  std::vector<std::string> bad;
  CHECK(list.read(in, "stop.txt", [&](const Error& e) { bad.push_back(e.text()); }));
  REQUIRE(bad.size() == 6);
  CHECK(bad[0] ==
        "stop.txt:4: neither an address, nor a domain with \"@\" before it, nor a SHA-256 or MD5 "
        "hash");
  CHECK(bad[1] == "stop.txt:5: a delivery record suppresses nobody");
  CHECK(bad[2] == "stop.txt:6: no \"email\"");
  CHECK(bad[3].substr(0, 21) == "stop.txt:7: not JSON:");
  CHECK(bad[4].substr(0, 12) == "stop.txt:8: ");
  CHECK(bad[5] == "stop.txt:9: line is longer than 1 MiB");
  CHECK(list.size() == 2);
  CHECK(judge(list, "a@example.jp") ==
        R"(suppress.address {"entry":"a@example.jp","where":"stop.txt:2"})");
  CHECK(judge(list, "x@example.com") ==
        R"(suppress.domain {"entry":"@example.com","where":"stop.txt:11"})");
  CHECK(judge(list, "b@example.jp") == "keep");
}

}  // namespace suppression_test
