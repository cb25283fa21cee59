#include "delivery/standing.h"

#include <string>

#include <doctest/doctest.h>

namespace standing_test {

using namespace hagaki;
using store::Standing;

TEST_CASE("whom a run leaves alone") {
  struct Case {
    std::string name;
    Standing standing;
    std::string event;
    bool want;
    bool want_retrying;  // with retry_uncertain
  };
  const Case cases[] = {
      {"delivered", Standing::Done, "delivered", true, true},
      {"failed", Standing::Done, "failed", true, true},
      {"held: got nothing", Standing::Done, "held", false, false},
      {"uncertain", Standing::Done, "uncertain", true, false},
      {"on its way when a run died", Standing::Interrupted, "", true, false},
      {"so in a second try", Standing::Interrupted, "deferred", true, false},
      {"so where it was held before", Standing::Interrupted, "held", true, false},
      {"waits for its next try", Standing::Waiting, "deferred", false, false},
      {"announced", Standing::Planned, "", false, false},
      {"begun by a run that goes on", Standing::InFlight, "", false, false},
      {"announced again", Standing::Planned, "held", false, false},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    CHECK(delivery::leaves_alone(c.standing, c.event, false) == c.want);
    CHECK(delivery::leaves_alone(c.standing, c.event, true) == c.want_retrying);
  }
}

}  // namespace standing_test
