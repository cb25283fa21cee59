#include "net/clamd.h"

#include <doctest/doctest.h>

using namespace hagaki;

TEST_CASE("where a scanner listens") {
  struct Case {
    const char* text;
    const char* path;
    const char* ip;
    int port;
  };
  const Case cases[] = {
      {"/run/clamav/clamd.ctl", "/run/clamav/clamd.ctl", "", 0},
      {"./clamd.ctl", "./clamd.ctl", "", 0},
      {"127.0.0.1:3310", "", "127.0.0.1", 3310},
      {"localhost:3310", "", "127.0.0.1", 3310},
      {"[::1]:3310", "", "::1", 3310},
  };
  for (const auto& c : cases) {
    CAPTURE(c.text);
    const auto address = net::parse_clamd(c.text);
    REQUIRE(address);
    CHECK(address->path == c.path);
    CHECK((address->path.empty() ? address->ip.text() : "") == c.ip);
    CHECK(address->port == c.port);
  }
  for (const char* text :
       {"", "127.0.0.1", "scanner.example:3310", "127.0.0.1:99999", "clamd.ctl"}) {
    CAPTURE(text);
    CHECK(!net::parse_clamd(text));
  }
  CHECK(!net::parse_clamd('/' + std::string(200, 'x')));
}

TEST_CASE("a scanner that is not there has not checked") {
  const auto scan = net::scan_with_clamd({"/nonexistent/clamd.ctl", {}, 0}, "hello",
                                         std::chrono::milliseconds(1000));
  CHECK(scan.verdict == net::Scan::Verdict::Unknown);
  CHECK(!scan.detail.empty());
}
