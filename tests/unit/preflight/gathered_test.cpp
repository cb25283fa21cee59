#include "preflight/gathered.h"

#include <doctest/doctest.h>

#include "preflight/record.h"

namespace hagaki::preflight {
namespace {

TEST_CASE("findings of many messages are told once, errors first") {
  const auto catalogue = Catalogue::builtin("en");
  Gathered gathered;
  gathered.add({{"no-way-out", ""}, {"link-ip", "http://192.0.2.1/"}});
  for (int i = 0; i < 7; ++i) {
    gathered.add({{"link-ip", "http://192.0.2." + std::to_string(i) + "/"},
                  {"link-ip", "http://192.0.2.1/"},
                  {"no-from", ""}},
                 "user" + std::to_string(i) + "@receiver.example");
  }
  gathered.add({{"unread", "too deep", true}});
  const auto entries = gathered.entries(catalogue);
  REQUIRE(entries.size() == 4);
  CHECK(entries[0].id.text() == "no-from");
  CHECK(entries[0].messages == 7);
  CHECK(entries[0].first == "user0@receiver.example");
  CHECK(entries[1].id.text() == "link-ip");
  CHECK(entries[1].messages == 7);
  CHECK(entries[1].details.size() == 5);
  CHECK(entries[1].more == 2);
  CHECK(entries[2].id.text() == "no-way-out");
  CHECK(entries[2].messages == 0);
  CHECK(entries[3].unknown);
  const auto line = finding_record(entries[1], catalogue.of("link-ip"), true).line();
  CHECK(line.find(R"("severity":"warning","ignored":true)") != std::string::npos);
  CHECK(line.find(R"("more_details":2,"messages":7,"email":"user0@receiver.example")") !=
        std::string::npos);
}

TEST_CASE("what is more than is shown is counted once") {
  std::vector<Finding> six;
  for (int i = 0; i < 6; ++i) six.push_back({"link-ip", "http://192.0.2." + std::to_string(i)});
  Gathered gathered;
  gathered.add(six, "a@receiver.example");
  gathered.add(six, "b@receiver.example");
  const auto entries = gathered.entries(Catalogue::builtin("en"));
  REQUIRE(entries.size() == 1);
  CHECK(entries[0].details.size() == 5);
  CHECK(entries[0].more == 1);
}

}  // namespace
}  // namespace hagaki::preflight
