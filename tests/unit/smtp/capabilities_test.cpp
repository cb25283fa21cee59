#include "smtp/capabilities.h"

#include <doctest/doctest.h>

namespace capabilities_test {

namespace {

using hagaki::smtp::Capabilities;
using hagaki::smtp::parse_capabilities;

TEST_CASE("EHLO lines become capabilities") {
  struct Case {
    const char* name;
    const char* input;
    Capabilities want;
  };
  Capabilities postfix;
  postfix.pipelining = postfix.eightbitmime = postfix.smtputf8 = true;
  postfix.enhanced_status_codes = postfix.dsn = postfix.chunking = postfix.size = true;
  postfix.max_size = 10240000;
  Capabilities odd;
  odd.pipelining = odd.size = true;
  Capabilities strict;
  strict.requiretls = true;
  const Case cases[] = {
      {"nothing", "mx.example", {}},
      {"empty", "", {}},
      {"the greeting is no capability", "PIPELINING", {}},
      {"Postfix",
       "mx.example\nPIPELINING\nSIZE 10240000\nVRFY\nETRN\nSTARTTLS\nAUTH PLAIN LOGIN\n"
       "ENHANCEDSTATUSCODES\n8BITMIME\nDSN\nSMTPUTF8\nCHUNKING",
       postfix},
      {"REQUIRETLS", "x\nREQUIRETLS", strict},
      {"lower case, SIZE without number", "x\npipelining\nsize\nauth=login", odd},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    CHECK(parse_capabilities(c.input) == c.want);
  }
}

}  // namespace

}  // namespace capabilities_test
