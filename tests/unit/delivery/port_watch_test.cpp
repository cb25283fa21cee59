#include "delivery/port_watch.h"

#include <string>
#include <vector>

#include <doctest/doctest.h>

namespace port_watch_test {

namespace {

using namespace hagaki;

TEST_CASE("a port that lets nobody out") {
  struct Try {
    const char* host;
    std::uint16_t port;
    const char* what;  // "silence", "no" or "yes"
  };
  struct Case {
    const char* name;
    std::vector<Try> tries;
    std::size_t want;
  };
  const Case cases[] = {
      {"nobody was tried", {}, 0},
      {"all are silent", {{"a", 25, "silence"}, {"b", 25, "silence"}, {"a", 25, "silence"}}, 2},
      {"one takes our connection",
       {{"a", 25, "silence"}, {"b", 25, "yes"}, {"c", 25, "silence"}},
       0},
      {"one refuses it", {{"a", 25, "silence"}, {"b", 25, "no"}}, 0},
      {"no IPv6 here, and silence by IPv4", {{"a", 25, "no"}, {"a", 25, "silence"}}, 1},
      {"another port", {{"a", 587, "silence"}}, 0},
      {"another port is open", {{"a", 25, "silence"}, {"a", 587, "yes"}}, 1},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    delivery::PortWatch watch;
    for (const auto& one : c.tries) {
      const std::string_view what = one.what;
      if (what == "yes") {
        watch.connected(one.port);
      } else {
        watch.failed(one.port, one.host, what == "silence");
      }
    }
    CHECK(watch.silent_hosts() == c.want);
  }
}

TEST_CASE("one answer shows that the port is open, behind however many silent hosts") {
  delivery::PortWatch watch;
  for (int i = 0; i < 10'010; ++i) watch.failed(25, std::to_string(i), true);
  CHECK(watch.silent_hosts() == 10'000);
  watch.failed(25, "refuses", false);
  CHECK(watch.silent_hosts() == 0);
}

}  // namespace

}  // namespace port_watch_test
