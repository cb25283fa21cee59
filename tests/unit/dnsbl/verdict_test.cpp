#include "dnsbl/verdict.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "fake_resolver.h"

using namespace hagaki;
using namespace hagaki::dnsbl;

namespace {

Zone zone_with(Decode decode, std::vector<Code> codes, std::vector<Code> errors = {}) {
  Zone z = generic_zone("bl.example");
  z.decode = decode;
  z.codes = std::move(codes);
  z.error_codes = std::move(errors);
  return z;
}

}  // namespace

TEST_CASE("answers are judged by the rules of all lists and the zone's codes") {
  const Zone exact = zone_with(Decode::Exact, {{"127.0.0.2", "spam"}, {"127.0.0.4", "bot"}},
                               {{"127.0.0.255", "over the limit"}, {"rcode:REFUSED", "bad key"}});
  const Zone bits = zone_with(Decode::Bitmask, {{"2", "black"}, {"4", "grey"}, {"128", "cracked"}},
                              {{"127.0.0.1", "query refused"}});
  const Zone pattern = zone_with(Decode::Pattern, {{"127.0.*.0", "none"}, {"127.0.*.3", "high"}},
                                 {{"127.0.0.255", "over the limit"}});
  const Zone range = zone_with(Decode::Range, {{"127.0.4.0-127.0.4.100", "score {last}"}});
  const Zone white_one = zone_with(Decode::Exact, {{"127.0.0.1", "white"}});
  const Zone none = generic_zone("bl.example");

  struct Case {
    const char* name;
    const Zone& zone;
    dns::Answer answer;
    Outcome outcome;
    const char* meaning;
  };
  const auto a = [](std::vector<std::string> records) {
    return fake::addresses(std::move(records));
  };
  const auto s = [](dns::Status status) { return fake::failed(status); };
  const Case cases[] = {
      {"exact", exact, a({"127.0.0.2"}), Outcome::Listed, "spam"},
      {"two codes", exact, a({"127.0.0.4", "127.0.0.2"}), Outcome::Listed, "spam; bot"},
      {"the same twice", exact, a({"127.0.0.2", "127.0.0.2"}), Outcome::Listed, "spam"},
      {"undocumented", exact, a({"127.0.0.9"}), Outcome::Listed,
       "listed (127.0.0.9, undocumented)"},
      {"zone's error code", exact, a({"127.0.0.255"}), Outcome::Refused, "over the limit"},
      {"error code beside a listing", exact, a({"127.0.0.2", "127.0.0.255"}), Outcome::Refused,
       "over the limit"},
      {"127.255.255.254", exact, a({"127.255.255.254"}), Outcome::Refused,
       "refuses to answer this resolver"},
      {"127.255.255.254, unknown zone", none, a({"127.255.255.254"}), Outcome::Refused,
       "refuses to answer this resolver"},
      {"127.0.0.1", exact, a({"127.0.0.1"}), Outcome::Error,
       "answers 127.0.0.1, which is no listing here"},
      {"127.0.0.1 beside a listing", exact, a({"127.0.0.1", "127.0.0.2"}), Outcome::Listed, "spam"},
      {"127.0.0.1 where documented", white_one, a({"127.0.0.1"}), Outcome::Listed, "white"},
      {"outside 127/8", exact, a({"192.0.2.1"}), Outcome::Error,
       "answers outside 127.0.0.0/8: a rewriting resolver, or a parked or hijacked zone"},
      {"outside 127/8 beside a listing", exact, a({"127.0.0.2", "10.0.0.1"}), Outcome::Error,
       "answers outside 127.0.0.0/8: a rewriting resolver, or a parked or hijacked zone"},
      {"126 and 128", none, a({"126.255.255.255", "128.0.0.0"}), Outcome::Error,
       "answers outside 127.0.0.0/8: a rewriting resolver, or a parked or hijacked zone"},
      {"no address", none, a({"example.com"}), Outcome::Error, "an answer that is no IPv4 address"},
      {"generic", none, a({"127.0.0.2"}), Outcome::Listed, "listed (127.0.0.2, undocumented)"},
      {"one bit", bits, a({"127.0.0.4"}), Outcome::Listed, "grey"},
      {"three bits", bits, a({"127.0.0.134"}), Outcome::Listed, "black, grey, cracked"},
      {"unknown bit", bits, a({"127.0.0.10"}), Outcome::Listed, "black, bit 8 (undocumented)"},
      {"refused bit", bits, a({"127.0.0.1"}), Outcome::Refused, "query refused"},
      {"not in the mask's octets", bits, a({"127.0.1.2"}), Outcome::Listed,
       "listed (127.0.1.2, undocumented)"},
      {"pattern", pattern, a({"127.0.10.3"}), Outcome::Listed, "high"},
      {"pattern, zero", pattern, a({"127.0.5.0"}), Outcome::Listed, "none"},
      {"pattern's error code", pattern, a({"127.0.0.255"}), Outcome::Refused, "over the limit"},
      {"range", range, a({"127.0.4.87"}), Outcome::Listed, "score 87"},
      {"range's ends", range, a({"127.0.4.100"}), Outcome::Listed, "score 100"},
      {"behind the range", range, a({"127.0.4.101"}), Outcome::Listed,
       "listed (127.0.4.101, undocumented)"},
      {"NXDOMAIN", exact, s(dns::Status::NxDomain), Outcome::NotListed, ""},
      {"no data", exact, s(dns::Status::NoData), Outcome::NotListed, ""},
      {"REFUSED", none, s(dns::Status::Refused), Outcome::Refused, "the query was refused"},
      {"REFUSED with a meaning", exact, s(dns::Status::Refused), Outcome::Refused, "bad key"},
      {"SERVFAIL", exact, s(dns::Status::ServFail), Outcome::Error,
       "the resolver got no answer (SERVFAIL)"},
      {"timeout", exact, s(dns::Status::Timeout), Outcome::Timeout, "no answer in time"},
      {"malformed", exact, s(dns::Status::Malformed), Outcome::Error,
       "an answer that cannot be read"},
      {"local", exact, s(dns::Status::Local), Outcome::Error, "the question could not be sent"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const auto got = judge(c.zone, c.answer);
    CHECK(outcome_name(got.outcome) == outcome_name(c.outcome));
    CHECK(got.meaning == c.meaning);
  }
}

TEST_CASE("codes come in numeric order, each once") {
  const auto got =
      judge(generic_zone("bl.example"), fake::addresses({"127.0.0.10", "127.0.0.2", "127.0.0.10"}));
  CHECK(got.codes == std::vector<std::string>{"127.0.0.2", "127.0.0.10"});
}

TEST_CASE("a list that answers with everything is told in few words") {
  std::vector<std::string> all;
  for (int i = 2; i < 200; ++i) all.push_back("127.0.0." + std::to_string(i));
  const auto verdict = judge(generic_zone("bl.example"), fake::addresses(all));
  CHECK(verdict.outcome == Outcome::Listed);
  CHECK(verdict.codes.size() == 198);
  CHECK(verdict.meaning.starts_with("listed (127.0.0.2, undocumented); "));
  CHECK(verdict.meaning.ends_with("listed (127.0.0.9, undocumented); and 190 more"));
}
