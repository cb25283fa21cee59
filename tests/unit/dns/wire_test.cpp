#include "dns/wire.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <string>
#include <vector>

namespace hagaki::dns {
namespace {

std::string u16(unsigned n) {
  return {static_cast<char>(n >> 8), static_cast<char>(n & 255)};
}
std::string u32(unsigned n) {
  return u16(n >> 16) + u16(n & 0xffff);
}

/// "a.example" as labels, with the root at the end.
std::string labels(const std::string& name) {
  std::string out;
  std::size_t begin = 0;
  while (begin < name.size()) {
    const auto end = std::min(name.find('.', begin), name.size());
    out += static_cast<char>(end - begin);
    out += name.substr(begin, end - begin);
    begin = end + 1;
  }
  return out + '\0';
}

const std::string kSame = "\xc0\x0c";  // the question's name

std::string rr(const std::string& owner, unsigned type, unsigned ttl, const std::string& data) {
  return owner + u16(type) + u16(1) + u32(ttl) + u16(static_cast<unsigned>(data.size())) + data;
}

/// A response about "d.example": flags, then the sections after the question.
std::string response(unsigned flags, const std::vector<std::string>& answers, unsigned type = 15,
                     const std::vector<std::string>& authority = {},
                     const std::vector<std::string>& additional = {}) {
  std::string out = u16(0x1234) + u16(flags) + u16(1);
  for (const auto* section : {&answers, &authority, &additional}) {
    out += u16(static_cast<unsigned>(section->size()));
  }
  out += labels("d.example") + u16(type) + u16(1);
  for (const auto* section : {&answers, &authority, &additional}) {
    for (const auto& record : *section) out += record;
  }
  return out;
}

std::string show(const Answer& answer) {
  std::string out(status_name(answer.status));
  if (answer.authenticated) out += " ad";
  for (const auto& r : answer.records) {
    out += ' ' + std::to_string(r.preference) + '=' + r.data + '/' + std::to_string(r.ttl);
  }
  return out;
}

}  // namespace

TEST_CASE("answers from bytes") {
  struct Case {
    const char* name;
    std::string bytes;
    Type type;
    const char* want;
  };
  const std::string alias = labels("real.example");
  const std::string mx = u16(5) + labels("mx.example");
  const Case cases[] = {
      {"MX", response(0x8180, {rr(kSame, 15, 300, u16(10) + labels("MX.Example"))}), Type::Mx,
       "ok 10=mx.example/300"},
      {"MX, compressed target", response(0x8180, {rr(kSame, 15, 300, u16(10) + "\2mx" + kSame)}),
       Type::Mx, "ok 10=mx.d.example/300"},
      {"AD bit", response(0x81a0, {rr(kSame, 15, 60, u16(0) + labels("m.example"))}), Type::Mx,
       "ok ad 0=m.example/60"},
      {"null MX", response(0x8180, {rr(kSame, 15, 60, u16(0) + labels(""))}), Type::Mx, "ok 0=/60"},
      {"A", response(0x8180, {rr(kSame, 1, 60, std::string("\xc0\0\2\1", 4))}, 1), Type::A,
       "ok 0=192.0.2.1/60"},
      {"AAAA",
       response(0x8180, {rr(kSame, 28, 60, "\x20\x01\x0d\xb8" + std::string(11, '\0') + '\1')}, 28),
       Type::Aaaa, "ok 0=2001:db8::1/60"},
      {"TXT strings joined", response(0x8180, {rr(kSame, 16, 60, "\3abc\2de")}, 16), Type::Txt,
       "ok 0=abcde/60"},
      {"TLSA, octets as they are",
       response(0x81a0, {rr(kSame, 52, 60, std::string("\3\1\1\xff", 4))}, 52), Type::Tlsa,
       "ok ad 0=\3\1\1\xff/60"},
      {"CNAME followed",
       response(0x8180,
                {rr(kSame, 5, 60, alias), rr(alias, 15, 300, u16(5) + labels("mx.example"))}),
       Type::Mx, "ok 5=mx.example/60"},
      {"CNAME to nothing", response(0x8180, {rr(kSame, 5, 60, alias)}), Type::Mx, "nodata"},
      {"CNAME to nowhere", response(0x8183, {rr(kSame, 5, 60, alias)}), Type::Mx, "nxdomain"},
      {"CNAME in a circle",
       response(0x8180, {rr(kSame, 5, 60, alias), rr(alias, 5, 60, labels("d.example"))}), Type::Mx,
       "malformed"},
      {"another's record is not ours",
       response(0x8180, {rr(labels("evil.example"), 15, 300, u16(5) + labels("mx.evil"))}),
       Type::Mx, "malformed"},
      {"another type is not ours",
       response(0x8180, {rr(kSame, 1, 60, std::string("\xc0\0\2\1", 4))}), Type::Mx, "nodata"},
      {"a TTL with the top bit is 0 (RFC 2181)",
       response(0x8180, {rr(kSame, 15, 0x80000001, u16(1) + labels("m.example"))}), Type::Mx,
       "ok 1=m.example/0"},
      {"empty", response(0x8180, {}), Type::Mx, "nodata"},
      {"a referral to the root",
       response(0x8180, {}, 15, {rr(labels(""), 2, 60, labels("a.root.example"))}), Type::Mx,
       "servfail"},
      {"empty, of a server that knows the zone", response(0x8500, {}), Type::Mx, "nodata"},
      {"empty, of one that knows nothing and asks nobody", response(0x8100, {}), Type::Mx,
       "servfail"},
      {"NXDOMAIN", response(0x8183, {}), Type::Mx, "nxdomain"},
      {"SERVFAIL", response(0x8182, {}), Type::Mx, "servfail"},
      {"REFUSED", response(0x8185, {}), Type::Mx, "refused"},
      {"NOTIMP", response(0x8184, {}), Type::Mx, "servfail"},
      {"cut off", response(0x8380, {}), Type::Mx, "malformed"},
      {"a question", response(0x0100, {}), Type::Mx, "malformed"},
      {"no bytes", "", Type::Mx, "malformed"},
      {"a header only", response(0x8180, {}).substr(0, 12), Type::Mx, "malformed"},
      {"A of five bytes", response(0x8180, {rr(kSame, 1, 60, "12345")}, 1), Type::A, "malformed"},
      {"TXT string beyond its record",
       response(0x8180,
                {rr(kSame, 16, 60,
                    "\x09"
                    "abc")},
                16),
       Type::Txt, "malformed"},
      {"MX of one byte", response(0x8180, {rr(kSame, 15, 60, "1")}), Type::Mx, "malformed"},
      {"another name in the question",
       response(0x8180, {rr(labels("d.example"), 15, 60, mx)}).replace(13, 1, "e"), Type::Mx,
       "malformed"},
      {"a longer name in the question",
       std::string(response(0x8180, {}).substr(0, 12)) + labels("x.d.example") + u16(15) + u16(1),
       Type::Mx, "malformed"},
      {"another type in the question", response(0x8180, {rr(kSame, 15, 60, mx)}, 1), Type::Mx,
       "malformed"},
      {"the question in capitals", response(0x8180, {rr(kSame, 15, 60, mx)}).replace(13, 1, "D"),
       Type::Mx, "ok 5=mx.example/60"},
      {"no question", u16(1) + u16(0x8180) + std::string(8, '\0'), Type::Mx, "malformed"},
      {"no question, and no such name", u16(1) + u16(0x8183) + std::string(8, '\0'), Type::Mx,
       "malformed"},
      {"NXDOMAIN of another name", response(0x8183, {}).replace(13, 1, "e"), Type::Mx, "malformed"},
      {"NXDOMAIN with records", response(0x8183, {rr(kSame, 15, 60, mx)}), Type::Mx, "malformed"},
      {"a notification (opcode 4)", response(0xa180, {rr(kSame, 15, 60, mx)}), Type::Mx,
       "malformed"},
      {"a code that only EDNS has (BADVERS)",
       response(0x8180, {}, 15, {},
                {std::string(1, '\0') + u16(41) + u16(1232) + u32(0x01000000) + u16(0)}),
       Type::Mx, "servfail"},
      {"cut off after a record", response(0x8380, {rr(kSame, 15, 60, mx)}), Type::Mx,
       "ok 5=mx.example/60"},
      {"more records promised than there are",
       response(0x8180, {rr(kSame, 15, 60, mx)}).replace(6, 2, u16(9)), Type::Mx, "malformed"},
      {"two names that point at each other",
       response(0x8180, {rr(kSame, 15, 60, u16(1) + "\xc0\x29\xc0\x27")}), Type::Mx, "malformed"},
      {"a record of the class CHAOS",
       response(0x8180, {rr(kSame, 15, 60, mx)}).replace(31, 2, u16(3)), Type::Mx, "nodata"},
      {"a name that points at itself", response(0x8180, {rr(kSame, 15, 60, u16(1) + "\xc0\x29")}),
       Type::Mx, "malformed"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    CHECK(show(parse_answer(c.bytes, c.type, "d.example")) == c.want);
  }
}

TEST_CASE("how long there is none") {
  const auto soa = [](const std::string& owner, unsigned ttl, unsigned minimum) {
    return rr(owner, 6, ttl,
              labels("ns.example") + labels("h.example") + u32(1) + u32(2) + u32(3) + u32(4) +
                  u32(minimum));
  };
  const std::string root(1, '\0');
  struct Case {
    const char* name;
    std::string bytes;
    std::uint32_t want;
  };
  const Case cases[] = {
      {"the zone's minimum", response(0x8180, {}, 15, {soa(kSame, 900, 60)}), 60},
      {"the record's own time", response(0x8183, {}, 15, {soa(labels("example"), 30, 600)}), 30},
      {"the root's, of a name without a top-level domain",
       response(0x8183, {}, 15, {soa(root, 300, 600)}), 300},
      {"an hour at most", response(0x8183, {}, 15, {soa(kSame, 86400, 86400)}), 3600},
      {"no SOA", response(0x8183, {}), 0},
      {"another's SOA", response(0x8183, {}, 15, {soa(labels("d.test"), 60, 60)}), 0},
      {"a domain whose name ends alike", response(0x8183, {}, 15, {soa(labels("ample"), 60, 60)}),
       0},
      {"a SOA of two bytes", response(0x8183, {}, 15, {rr(kSame, 6, 60, "ab")}), 0},
      {"an alias",
       response(0x8183, {rr(kSame, 5, 60, labels("x.example"))}, 15,
                {soa(labels("example"), 60, 60)}),
       0},
      {"records that are there",
       response(0x8180, {rr(kSame, 15, 60, u16(5) + labels("mx.example"))}, 15,
                {soa(kSame, 60, 60)}),
       0},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    CHECK(parse_answer(c.bytes, Type::Mx, "d.example").negative_ttl == c.want);
  }
}

TEST_CASE("an answer cut anywhere is never read as whole") {
  const auto whole = response(0x8180, {rr(kSame, 15, 300, u16(10) + labels("mx.example")),
                                       rr(kSame, 15, 300, u16(20) + labels("mx2.example"))});
  for (std::size_t length = 0; length < whole.size(); ++length) {
    CAPTURE(length);
    CHECK(parse_answer(std::string_view(whole).substr(0, length), Type::Mx, "d.example").status ==
          Status::Malformed);
  }
}

TEST_CASE("records are bounded") {
  std::vector<std::string> many;
  for (unsigned i = 0; i < 2000; ++i) {
    many.push_back(rr(kSame, 1, 60, u16(i) + u16(i)));
  }
  CHECK(parse_answer(response(0x8180, many, 1), Type::A, "d.example").records.size() ==
        kMaxRecords);
  std::string strings;
  for (int i = 0; i < 40; ++i) strings += '\xff' + std::string(255, 'x');
  const auto txt =
      parse_answer(response(0x8180, {rr(kSame, 16, 60, strings)}, 16), Type::Txt, "d.example");
  REQUIRE(txt.records.size() == 1);
  CHECK(txt.records[0].data.size() == kMaxTxtBytes);
}

TEST_CASE("who has the records") {
  const std::string alias = labels("Real.Example");
  const std::string mx = u16(5) + labels("mx.example");
  CHECK(parse_answer(response(0x8180, {rr(kSame, 15, 300, mx)}), Type::Mx, "d.example").owner ==
        "d.example");
  CHECK(parse_answer(response(0x8180, {rr(kSame, 5, 60, alias), rr(alias, 15, 300, mx)}), Type::Mx,
                     "d.example")
            .owner == "real.example");
  CHECK(parse_answer(response(0x8180, {rr(kSame, 5, 60, alias)}), Type::Mx, "d.example").owner ==
        "real.example");
}

}  // namespace hagaki::dns
