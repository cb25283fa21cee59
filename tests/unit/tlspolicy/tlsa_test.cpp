#include "tlspolicy/tlsa.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace hagaki::tlspolicy {
namespace {

std::string record(char usage, char selector, char matching, std::size_t size) {
  return std::string{usage, selector, matching} + std::string(size, '\xab');
}

}  // namespace

TEST_CASE("what TLSA records ask for") {
  using dns::Status;
  struct Case {
    const char* name;
    Status status;
    bool authenticated;
    std::vector<std::string> records;
    const char* want;
  };
  const Case cases[] = {
      {"3 1 1",
       Status::Ok,
       true,
       {record(3, 1, 1, 32)},
       "authenticate, 3 1 1 abababababababababababababababab…"},
      {"2 0 2",
       Status::Ok,
       true,
       {record(2, 0, 2, 64)},
       "authenticate, 2 0 2 abababababababababababababababab…"},
      {"a whole key", Status::Ok, true, {record(3, 1, 0, 4)}, "authenticate, 3 1 0 abababab"},
      {"those that are usable",
       Status::Ok,
       true,
       {record(1, 1, 1, 32), record(3, 1, 1, 31), record(3, 0, 1, 32), record(3, 1, 9, 32)},
       "authenticate, 3 0 1 abababababababababababababababab…"},
      {"the web's usages are none for mail (RFC 7672 §3.1.3)",
       Status::Ok,
       true,
       {record(0, 0, 1, 32), record(1, 1, 1, 32)},
       "encrypt"},
      {"a selector of the future", Status::Ok, true, {record(3, 2, 1, 32)}, "encrypt"},
      {"a digest cut short", Status::Ok, true, {record(3, 1, 1, 20)}, "encrypt"},
      {"SHA-512 of 32 octets", Status::Ok, true, {record(3, 1, 2, 32)}, "encrypt"},
      {"no data", Status::Ok, true, {record(3, 1, 0, 0)}, "encrypt"},
      {"a record too short", Status::Ok, true, {"\3\1"}, "encrypt"},
      {"nobody vouches", Status::Ok, false, {record(3, 1, 1, 32)}, "nothing"},
      {"there is none", Status::NoData, true, {}, "nothing"},
      {"there is none, as an attacker says", Status::NoData, false, {}, "nothing"},
      {"no such name", Status::NxDomain, true, {}, "nothing"},
      {"DNSSEC fails", Status::ServFail, false, {}, "unknown (servfail)"},
      {"no answer", Status::Timeout, false, {}, "unknown (timeout)"},
      {"refused", Status::Refused, false, {}, "unknown (refused)"},
      {"nonsense", Status::Malformed, false, {}, "unknown (malformed)"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    dns::Answer answer;
    answer.status = c.status;
    answer.authenticated = c.authenticated;
    for (const auto& data : c.records) answer.records.push_back({data, 0, 60});
    const auto demand = judge_tlsa(answer);
    std::string got;
    switch (demand.kind) {
      case DaneDemand::Kind::Nothing:
        got = "nothing";
        break;
      case DaneDemand::Kind::Encrypt:
        got = "encrypt";
        break;
      case DaneDemand::Kind::Authenticate:
        got = "authenticate";
        break;
      case DaneDemand::Kind::Unknown:
        got = "unknown (" + demand.detail + ")";
        break;
    }
    for (const auto& tlsa : demand.records) got += ", " + tlsa.text();
    CHECK(got == c.want);
  }
  CHECK(tlsa_name("mx.example.com", 25) == "_25._tcp.mx.example.com");
}

TEST_CASE("a host with any number of TLSA records costs a bounded number of comparisons") {
  dns::Answer answer;
  answer.status = dns::Status::Ok;
  answer.authenticated = true;
  for (int i = 0; i < 200; ++i) answer.records.push_back({record(3, 1, 1, 32), 0, 60});
  CHECK(judge_tlsa(answer).records.size() == 32);
}

}  // namespace hagaki::tlspolicy
