#include "smtp/transaction.h"

#include <doctest/doctest.h>

namespace transaction_test {

namespace {

using hagaki::smtp::Capabilities;
using hagaki::smtp::DsnRequest;
using hagaki::smtp::Transaction;

TEST_CASE("what is asked of reports stands in MAIL and RCPT") {
  struct Case {
    const char* name;
    DsnRequest dsn;
    std::string recipient;
    std::string mail;
    std::string rcpt;
  };
  using Return = DsnRequest::Return;
  const std::string long_id(101, 'i');
  const std::string long_name(490, 'n');
  const Case cases[] = {
      {"nothing", {"", Return::Unsaid, "id"}, "r@y", "", ""},
      {"never",
       {"NEVER", Return::Unsaid, "id"},
       "r@y",
       " ENVID=id",
       " NOTIFY=NEVER ORCPT=rfc822;r@y"},
      {"what comes back",
       {"", Return::Full, "id"},
       "r@y",
       " RET=FULL ENVID=id",
       " ORCPT=rfc822;r@y"},
      {"no id",
       {"DELAY", Return::Headers, ""},
       "r@y",
       " RET=HDRS",
       " NOTIFY=DELAY ORCPT=rfc822;r@y"},
      {"an id that is too long is left out",
       {"DELAY", Return::Unsaid, long_id},
       "r@y",
       "",
       " NOTIFY=DELAY ORCPT=rfc822;r@y"},
      {"so is a recipient",
       {"DELAY", Return::Unsaid, "id"},
       long_name + "@y.example",
       " ENVID=id",
       " NOTIFY=DELAY"},
  };
  Capabilities caps;
  caps.dsn = true;
  for (const auto& c : cases) {
    CAPTURE(c.name);
    Transaction t;
    t.sender = "f@x";
    t.recipient = c.recipient;
    t.dsn = c.dsn;
    CHECK(mail_command(t, caps) == "MAIL FROM:<f@x>" + c.mail + "\r\n");
    CHECK(rcpt_command(t, caps) == "RCPT TO:<" + c.recipient + ">" + c.rcpt + "\r\n");
    CHECK(rcpt_command(t, {}) == "RCPT TO:<" + c.recipient + ">\r\n");
  }
}

}  // namespace

}  // namespace transaction_test
