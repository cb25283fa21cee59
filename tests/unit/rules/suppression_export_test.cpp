#include "rules/suppression_export.h"

#include <doctest/doctest.h>

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "base/text.h"
#include "rules/json_entries.h"
#include "rules/suppression.h"

namespace suppression_export_test {

using namespace hagaki;
using namespace hagaki::rules;

namespace {

const KeyHasher kHasher("0123456789abcdef");

/// Which of `candidates` (local parts at example.jp, parted by blanks) a list suppresses, in order.
std::string suppressed(const Suppression& list, std::string_view candidates) {
  std::string out;
  for (const auto local : split(candidates, ' ')) {
    if (!list.find(*Address::parse(std::string(local) + "@example.jp"))) continue;
    out += (out.empty() ? "" : " ") + std::string(local);
  }
  return out;
}

}  // namespace

TEST_CASE("exports of mail services, as they come") {
  constexpr std::string_view kAll =
      "dead dead1 dead2 bounced complained left left2 left-one blocked slow full later soft glad "
      "fine";
  struct Case {
    const char* file;
    const char* want;
    std::uint64_t passed_over;
  };
  const Case cases[] = {
      {"ses-list.json", "bounced complained", 0},
      {"ses-notifications.jsonl", "dead1 dead2 complained", 3},
      {"sendgrid-bounces.json", "dead", 2},
      {"sendgrid-blocks.csv", "dead", 2},
      {"sendgrid-unsubscribes.csv", "left left2", 0},
      {"sendgrid-unsubscribes.json", "left left2", 0},
      {"sendgrid-spam-reports.csv", "complained", 0},
      {"mailgun-bounces.json", "dead", 1},
      {"mailgun-bounces.csv", "dead", 1},
      {"mailgun-unsubscribes.json", "left left-one", 0},
      {"mailgun-complaints.csv", "complained", 0},
      {"postmark-suppressions.json", "dead complained left", 0},
      {"postmark-suppressions.csv", "dead left", 0},
      {"postmark-bounces.json", "dead", 2},
  };
  for (const auto& c : cases) {
    CAPTURE(c.file);
    std::ifstream in(std::string(HAGAKI_TEST_DATA) + "/suppressions/" + c.file, std::ios::binary);
    REQUIRE(in);
    Suppression list(kHasher);
    CHECK(list.read(in, c.file, [](const Error& e) { FAIL_CHECK(e.text()); }));
    CHECK(suppressed(list, kAll) == c.want);
    CHECK(list.passed_over() == c.passed_over);
  }
}

TEST_CASE("other layouts of lists, and where an entry stands") {
  struct Case {
    const char* name;
    std::string text;
    const char* want;
    std::vector<std::string> bad;
  };
  const Case cases[] = {
      {"a column of its own", "E-Mail\na@example.jp\nb@example.jp\n", "a b", {}},
      {"semicolons", "name;email\nA;a@example.jp\n", "a", {}},
      {"a comment before", "# ours\nemail,name\na@example.jp,A\n", "a", {}},
      {"a row without address", "email,name\n,A\nb@example.jp,B\n", "b", {"f:2: no address"}},
      {"a row that is none",
       "email\na b@example.jp\nb@example.jp\n",
       "b",
       {"f:2: local part has a character that needs quotes"}},
      {"strings in an array", "[\"a@example.jp\",\n \"b@example.jp\"]", "a b", {}},
      {"objects in several lines",
       "{\n \"email\": \"a@example.jp\"\n}\n{\n \"email\":\"b@example.jp\"}",
       "a b",
       {}},
      {"cut off",
       "[{\"email\":\"a@example.jp\"},\n{\"email\":\"b@exam",
       "a",
       {"f:2: JSON ends before it is whole"}},
      {"an entry that is no address",
       "[{\"email\":\"a@example.jp\"},\n{\"email\":\"b\"}]",
       "a",
       {"f:2: address has no '@'"}},
      {"events of a service",
       "[{\"email\":\"a@example.jp\",\"event\":\"delivered\"}]",
       "",
       {"f:1: an event of a log (bounce-parse reads those)"}},
      {"a record with hosts",
       "{\n\"email\":\"a@example.jp\",\n\"mx\":[{\"host\":\"b\"}]}",
       "a",
       {}},
      {"a recipient with items",
       "{\"email\":\"a@example.jp\",\"items\":[{\"x\":1}]}\n",
       "",
       {"f:1: an address beside a page of entries"}},
      {"reasons of one's own", "email,status,reason\na@example.jp,off,blocked\n", "a", {}},
      {"a field called event", "{\"email\":\"a@example.jp\",\"event\":\"Tokyo\"}\n", "a", {}},
      {"SES in the capitals of its API",
       R"({"eventType":"Bounce","bounce":{"bounceType":"PERMANENT",)"
       R"("bouncedRecipients":[{"emailAddress":"a@example.jp"}]}})",
       "a",
       {}},
      {"SES's answer on one address",
       R"({"SuppressedDestination":{"EmailAddress":"a@example.jp","Reason":"BOUNCE"}})",
       "a",
       {}},
      {"a code of Mailgun that is a number",
       R"({"items":[{"address":"a@example.jp","code":450,"error":"","created_at":""},)"
       R"({"address":"b@example.jp","code":550,"error":"","created_at":""}]})",
       "b",
       {}},
      {"Mailgun's list of those never suppressed",
       R"({"items":[{"type":"address","value":"a@example.jp","reason":"","createdAt":""}]})",
       "",
       {"f:1: no \"email\""}},
      {"whom Postmark deactivated for another type",
       R"({"Bounces":[{"Type":"Blocked","TypeCode":100006,"Email":"a@example.jp","Inactive":true},)"
       R"({"Type":"SoftBounce","TypeCode":4096,"Email":"b@example.jp","Inactive":false}]})",
       "a",
       {}},
      {"full-width sign", "a＠example.jp\nb@example.jp,\n", "a b", {}},
      {"obsolete form", "a@example.jp (asked by phone)\n", "a", {}},
      {"who was only marked",
       "{\"type\":\"pruned\",\"v\":1,\"email\":\"a@example.jp\",\"action\":\"tag\"}\n"
       "{\"type\":\"pruned\",\"v\":1,\"email\":\"b@example.jp\",\"action\":\"drop\"}\n",
       "b",
       {}},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    std::istringstream in(c.text);
    Suppression list(kHasher);
    std::vector<std::string> bad;
    CHECK(list.read(in, "f", [&](const Error& e) { bad.push_back(e.text()); }));
    CHECK(bad == c.bad);
    CHECK(suppressed(list, "a b") == c.want);
  }
}

TEST_CASE("entries of a JSON text, and the lines where they begin") {
  const auto entries = [](const std::string& text) {
    std::istringstream in(text);
    std::string out;
    const auto ok = read_json_entries(in, [&](std::string_view entry, std::uint64_t line) {
      out += std::to_string(line) + ":" + std::string(entry) + ";";
    });
    return ok ? out : out + "!" + ok.error().context + " " + ok.error().message;
  };
  CHECK(entries("") == "");
  CHECK(entries("[]") == "");
  CHECK(entries("[{\"a\":\"}\"},\n{\"b\":[{}]}]") == "1:{\"a\":\"}\"};2:{\"b\":[{}]};");
  CHECK(entries("{\"items\":[{\"a\":1},{\"b\":2}],\"x\":{}}") == "1:{\"a\":1};1:{\"b\":2};");
  CHECK(entries("{\"a\":[{\"b\":1}]}\n{\"c\":1}") == "1:{\"a\":[{\"b\":1}]};2:{\"c\":1};");
  CHECK(entries("[\"a\\\"b\"]") == "1:{\"email\":\"a\\\"b\"};");
  CHECK(entries("[1]") == "!1 neither an object nor a string");
  CHECK(entries("[{\"a\":1}") == "1:{\"a\":1};!1 JSON ends before it is whole");
  CHECK(entries("{]") == "!1 brackets do not match");
  CHECK(entries(std::string(100, '[')).ends_with("nested deeper than 64 levels"));
  CHECK(entries("{\"a\":\"" + std::string(2u << 20, 'x') + "\"}") ==
        "!1 entry is longer than 1 MiB");
}

}  // namespace suppression_export_test
