#include "tlspolicy/sts_record.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace hagaki::tlspolicy {

TEST_CASE("the TXT record of MTA-STS") {
  struct Case {
    const char* name;
    std::string record;
    const char* want;  ///< the id; "" = none
  };
  const Case cases[] = {
      {"the example of RFC 8461", "v=STSv1; id=20160831085700Z;", "20160831085700Z"},
      {"without the last delimiter", "v=STSv1; id=1", "1"},
      {"no blanks", "v=STSv1;id=1;", "1"},
      {"blanks and tabs", "v=STSv1 \t;  id=a1 \t; ", "a1"},
      {"an extension", "v=STSv1; id=1; x-more=yes,2;", "1"},
      {"an extension first", "v=STSv1; more=yes; id=1;", "1"},
      {"32 letters", "v=STSv1; id=12345678901234567890123456789012",
       "12345678901234567890123456789012"},
      {"33 letters", "v=STSv1; id=123456789012345678901234567890123", ""},
      {"no id", "v=STSv1;", ""},
      {"an empty id", "v=STSv1; id=;", ""},
      {"two ids", "v=STSv1; id=1; id=2", ""},
      {"an id with a hyphen", "v=STSv1; id=2026-11;", ""},
      {"an id with an octet above 127", "v=STSv1; id=\xc3\xa4;", ""},
      {"the version alone", "v=STSv1", ""},
      {"the version in small letters", "v=stsv1; id=1;", ""},
      {"a later version", "v=STSv10; id=1;", ""},
      {"blanks before", " v=STSv1; id=1;", ""},
      {"the version comes first", "id=1; v=STSv1;", ""},
      {"an empty field", "v=STSv1;; id=1;", ""},
      {"a field without value", "v=STSv1; id=1; flag;", ""},
      {"an extension with a control character", "v=STSv1; id=1; x=a\x01;", ""},
      {"SPF", "v=spf1 -all", ""},
      {"nothing", "", ""},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    CHECK(parse_sts_record(c.record).value_or("") == c.want);
  }
}

TEST_CASE("which of the TXT records counts") {
  struct Case {
    const char* name;
    dns::Status status;
    std::vector<std::string> records;
    const char* want;
  };
  using dns::Status;
  const Case cases[] = {
      {"one", Status::Ok, {"v=STSv1; id=1;"}, "1"},
      {"among others", Status::Ok, {"v=spf1 -all", "v=STSv1; id=1;", "hello"}, "1"},
      {"two are none", Status::Ok, {"v=STSv1; id=1;", "v=STSv1; id=1;"}, ""},
      {"two, one of them broken", Status::Ok, {"v=STSv1; id=1;", "v=STSv1; id=-;"}, ""},
      {"none", Status::Ok, {"v=spf1 -all"}, ""},
      {"no answer", Status::Timeout, {}, ""},
      {"no such name", Status::NxDomain, {}, ""},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    dns::Answer answer;
    answer.status = c.status;
    for (const auto& text : c.records) answer.records.push_back({text, 0, 60});
    CHECK(sts_policy_id(answer).value_or("") == c.want);
  }
  CHECK(sts_record_name("example.com") == "_mta-sts.example.com");
  CHECK(sts_policy_host("example.com") == "mta-sts.example.com");
}

}  // namespace hagaki::tlspolicy
