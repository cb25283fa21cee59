#include "delivery/alarms.h"

#include <doctest/doctest.h>

#include <string>

#include "delivery/lane.h"

namespace alarms_test {

using namespace hagaki::delivery;
using std::chrono::milliseconds;

TEST_CASE("alarms come in order, each once and not before its time") {
  Alarms alarms;
  CHECK_FALSE(alarms.next());
  const auto lane = std::make_shared<Lane>();
  for (const int due : {30, 10, 20, 10}) alarms.set({milliseconds(due), lane, nullptr});
  const auto taken = [&](int now) {
    std::string out;
    while (const auto alarm = alarms.take(milliseconds(now))) {
      CHECK(alarm->lane.lock() == lane);
      out += std::to_string(alarm->due.count()) + " ";
    }
    return out;
  };
  CHECK(alarms.next() == milliseconds(10));
  CHECK(taken(9).empty());
  CHECK(taken(20) == "10 10 20 ");
  CHECK(alarms.next() == milliseconds(30));
  CHECK(taken(100) == "30 ");
  CHECK_FALSE(alarms.next());
}

}  // namespace alarms_test
