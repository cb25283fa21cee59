#include "dsn/delivery_status.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace delivery_status_test {

using namespace hagaki;

TEST_CASE("groups of fields") {
  struct Case {
    const char* name;
    const char* body;
    const char* reporting_mta;
    std::vector<std::string> want;  ///< "final-recipient|status" of each
  };
  const Case cases[] = {
      {"standard",
       "Reporting-MTA: dns; a\n\nFinal-Recipient: rfc822; x@b\nStatus: 5.1.1\n\nFinal-Recipient: "
       "rfc822; y@b\nStatus: 5.2.2\n",
       "dns; a",
       {"rfc822; x@b|5.1.1", "rfc822; y@b|5.2.2"}},
      {"no blank line before the recipient",
       "Reporting-MTA: dns; a\nFinal-Recipient: rfc822; x@b\nStatus: 5.1.1\n",
       "dns; a",
       {"rfc822; x@b|5.1.1"}},
      {"no blank line between recipients",
       "Final-Recipient: x@b\nStatus: 5.1.1\nFinal-Recipient: y@b\nStatus: 5.2.2\n",
       "",
       {"x@b|5.1.1", "y@b|5.2.2"}},
      {"blank line inside a recipient",
       "Reporting-MTA: dns; a\n\nFinal-Recipient: x@b\n\nStatus: 5.1.1\n",
       "dns; a",
       {"x@b|5.1.1"}},
      {"status first",
       "Reporting-MTA: dns; a\n\nStatus: 5.1.1\nFinal-Recipient: x@b\n",
       "dns; a",
       {"x@b|5.1.1"}},
      {"CRLF",
       "Reporting-MTA: dns; a\r\n\r\nFinal-Recipient: x@b\r\nStatus: 5.1.1\r\n",
       "dns; a",
       {"x@b|5.1.1"}},
      {"several blank lines",
       "\n\nReporting-MTA: dns; a\n\n\nFinal-Recipient: x@b\nStatus: 5.1.1\n",
       "dns; a",
       {"x@b|5.1.1"}},
      {"a line that is no field",
       "--\nReporting-MTA: dns; a\n\nFinal-Recipient: x@b\nStatus: 5.1.1\n",
       "dns; a",
       {"x@b|5.1.1"}},
      {"empty", "", "", {}},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const auto got = dsn::parse_delivery_status(c.body);
    CHECK(got.message.get("reporting-mta") == c.reporting_mta);
    std::vector<std::string> recipients;
    for (const auto& r : got.recipients) {
      recipients.push_back(std::string(r.get("final-recipient")) + "|" +
                           std::string(r.get("status")));
    }
    CHECK(recipients == c.want);
  }
}

TEST_CASE("the number of recipients is bounded") {
  std::string body;
  for (std::size_t i = 0; i < dsn::kMaxRecipients; ++i) body += "Final-Recipient: x@b\n\n";
  const auto all = dsn::parse_delivery_status(body + "\n\n");
  CHECK(all.recipients.size() == dsn::kMaxRecipients);
  CHECK_FALSE(all.cut);
  for (const char* more : {"Final-Recipient: y@b\n", "Status: 5.0.0\nFinal-Recipient: y@b\n"}) {
    CAPTURE(more);
    const auto some = dsn::parse_delivery_status(body + more);
    CHECK(some.recipients.size() == dsn::kMaxRecipients);
    CHECK(some.cut);
  }
}

TEST_CASE("recipient_address") {
  struct Case {
    const char* value;
    const char* want;
  };
  const Case cases[] = {
      {"rfc822; a@b.example", "a@b.example"},
      {"RFC822;<a@b.example>", "a@b.example"},
      {"a@b.example", "a@b.example"},
      {"rfc822; \"a b\"@c.example", "\"a b\"@c.example"},
      {"utf-8; \\x{8449}\\x{66F8}@b.example", "葉書@b.example"},
      {"utf-8; 葉書@b.example", "葉書@b.example"},
      {"rfc822; a..b.@docomo.ne.jp", "a..b.@docomo.ne.jp"},
      {"rfc822; \\x{D800}a@b.example", "\\x{D800}a@b.example"},
      {"unknown; somebody", ""},
      {"", ""},
  };
  for (const auto& c : cases) {
    CAPTURE(c.value);
    CHECK(dsn::recipient_address(c.value) == c.want);
  }
}

}  // namespace delivery_status_test
