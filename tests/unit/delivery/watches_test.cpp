#include "delivery/watches.h"

#include <doctest/doctest.h>

#include <fmt/format.h>

#include "temp_folder.h"

namespace watches_test {

using namespace hagaki;
using namespace hagaki::delivery;
using namespace std::chrono_literals;
using records::Notice;
using Kind = records::DeliveryEvent::Kind;

namespace {

records::DeliveryEvent event(std::string_view what) {
  records::DeliveryEvent out;
  out.said_by = "remote";
  if (what == "ok") {
    out.kind = Kind::Delivered;
    out.code = 250;
    return out;
  }
  out.kind = what == "421" ? Kind::Deferred : Kind::Failed;
  out.code = what == "421" ? 421 : 550;
  out.reason = what == "421"       ? "speeding"
               : what == "unknown" ? "userunknown"
               : what == "dns"     ? "hostunknown"
                                   : "blocked";
  out.hard = what == "unknown" || what == "dns";
  if (what == "dns") out.said_by = "dns";
  out.diagnostic = "said " + std::string(what);
  return out;
}

/// A campaign's watches, and what they told.
struct World {
  explicit World(const std::string& file = {}, const char* campaign = "spring",
                 rules::BounceLimit limit = {}) {
    Watches::Settings settings;
    settings.campaign = campaign;
    settings.file = file;
    settings.max_bounce = limit;
    auto opened = Watches::open(settings, [this](const Notice& notice) {
      told += fmt::format("{} {}{}{}; ", records::event_name(notice.event), notice.provider,
                          notice.source_ip.empty() ? "" : " ", notice.source_ip);
    });
    REQUIRE(opened);
    watches.emplace(std::move(*opened));
  }

  Watches::Ruling hear(const char* receiver, std::string_view what, int times = 1) {
    Watches::Ruling ruling;
    for (; times > 0; --times) {
      const auto now = watches->heard(receiver, event(what), at);
      ruling.defer = now.defer;
      ruling.paced = ruling.paced || now.paced;
      ruling.stop = ruling.stop || now.stop;
      pass(10ms);
    }
    return ruling;
  }
  void pass(std::chrono::milliseconds time) {
    at.now += time;
    at.time += time;
  }
  std::size_t tick() {
    const auto changed = watches->tick(at);
    REQUIRE(changed);
    return changed->size();
  }

  rules::Moment at{1h, *parse_rfc3339("2026-11-22T10:00:00.000Z")};
  std::string told;
  std::optional<Watches> watches;
};

}  // namespace

TEST_CASE("watches: one receiver is held, the others go on") {
  World world;
  world.hear("a.example", "ok", 100);
  world.hear("b.example", "ok", 100);
  const auto ruling = world.hear("a.example", "blocked", 10);
  CHECK(ruling.defer);
  CHECK(ruling.paced);
  CHECK(world.told == "blocked a.example; ");
  CHECK(world.watches->held_until("a.example", world.at) == world.at.time + 6h - 10ms);
  CHECK_FALSE(world.watches->held_until("b.example", world.at));
  CHECK(world.hear("a.example", "blocked").defer);
  CHECK_FALSE(world.hear("b.example", "blocked").defer);
  CHECK(world.tick() == 1);
  CHECK(world.tick() == 0);
  world.pass(6h);
  // However often it is asked about before.
  CHECK_FALSE(world.watches->held_until("a.example", world.at));
  CHECK(world.tick() == 1);
  CHECK(world.tick() == 0);
  CHECK(world.told == "blocked a.example; released a.example; ");
  CHECK(world.watches->pace("a.example", world.at).share == 1.0 / 64);
}

TEST_CASE("watches: slower, and faster again in quiet times, as tick() says") {
  World world;
  CHECK(world.watches->pace("a.example", world.at).share == 1);
  CHECK(world.hear("a.example", "421").paced);
  CHECK(world.told == "slowed a.example; ");
  const auto pace = world.watches->pace("a.example", world.at);
  CHECK(pace.share == 0.5);
  CHECK(pace.pause_until > world.at.now);
  CHECK(world.watches->pace("b.example", world.at).share == 1);
  CHECK(world.tick() == 1);
  CHECK(world.tick() == 0);
  for (const double share : {0.625, 0.78125, 0.9765625, 1.0}) {
    CAPTURE(share);
    world.pass(5min + 15s);
    CHECK(world.tick() == 1);
    CHECK(world.watches->pace("a.example", world.at).share == share);
  }
  world.pass(1h);
  CHECK(world.tick() == 0);
}

TEST_CASE("watches: a pause is said where the pace cannot fall any more") {
  World world;
  for (int i = 0; i < 10; ++i) {
    world.hear("a.example", "421");
    world.pass(15min);
  }
  CHECK(world.watches->pace("a.example", world.at).share < 0.1);
  world.tick();
  CHECK(world.tick() == 0);
  world.hear("a.example", "421");
  world.hear("a.example", "421");
  CHECK(world.tick() == 1);
}

TEST_CASE("watches: what one run learnt the next one knows") {
  const TempFolder folder;
  const auto file = folder.file("receivers");
  {
    World world(file);
    world.hear("a.example", "ok", 3000);
    world.tick();
  }
  {
    World world(file, "summer");
    CHECK(world.hear("a.example", "unknown", 20).defer);
    CHECK(world.told == "flood a.example; ");
    world.tick();
  }
  World world(file, "autumn");
  CHECK(world.watches->held_until("a.example", world.at));
  CHECK(world.watches->held_until("a.example", world.at));
  CHECK(world.told == "flood a.example; ");
}

TEST_CASE("watches: processes hear of each other's holds, and of a release") {
  const TempFolder folder;
  const auto file = folder.file("receivers");
  World one(file);
  World two(file, "summer");
  two.hear("a.example", "ok");
  CHECK(two.tick() == 0);
  one.hear("a.example", "blocked");
  one.tick();
  CHECK(two.tick() == 1);
  CHECK(two.told == "blocked a.example; ");
  CHECK(two.watches->held_until("a.example", two.at));

  auto store = store::Receivers::open(file);
  REQUIRE(store);
  REQUIRE(store->release("A.example", one.at.time).value());
  CHECK(one.tick() == 1);
  CHECK(two.tick() == 1);
  CHECK(one.told == "blocked a.example; released a.example; ");
  CHECK(two.told == "blocked a.example; released a.example; ");
  CHECK_FALSE(two.watches->held_until("a.example", two.at));
}

TEST_CASE("watches: too many dead addresses stop the campaign once") {
  World world({}, "spring", {0.05, 100});
  for (int i = 0; i < 5; ++i) CHECK_FALSE(world.hear("a.example", "unknown").stop);
  CHECK_FALSE(world.hear("a.example", "blocked").stop);
  world.pass(6h);
  CHECK(world.hear("c.example", "dns").stop);
  CHECK_FALSE(world.hear("d.example", "dns").stop);
  CHECK(world.told == "blocked a.example; stopped ; ");
}

TEST_CASE("watches: what no server said tells nothing of a receiver, what waits is not dead") {
  World world({}, "spring", {0.05, 100});
  CHECK_FALSE(world.hear("a.example", "dns", 5).paced);
  auto local = event("blocked");
  local.said_by = "local";
  CHECK_FALSE(world.watches->heard("a.example", local, world.at).paced);
  world.hear("b.example", "ok", 200);
  CHECK(world.hear("b.example", "unknown", 60).defer);
  CHECK(world.told == "flood b.example; ");
  CHECK(world.watches->bounces().dead() == 9);
}

TEST_CASE("watches: receivers of long ago are forgotten") {
  World world;
  for (int i = 0; i < 5000; ++i) world.hear(fmt::format("{}.example", i).c_str(), "ok");
  world.hear("held.example", "blocked");
  world.pass(2min);
  world.tick();
  CHECK(world.watches->size() == 1);
  CHECK(world.watches->held_until("held.example", world.at));
}

TEST_CASE("watches: who refuses one address of ours may take mail from the others") {
  World world;
  world.hear("a.example from 192.0.2.1", "blocked");
  CHECK(world.told == "blocked a.example 192.0.2.1; ");
  CHECK(world.watches->held_until("a.example from 192.0.2.1", world.at));
  CHECK(!world.watches->held_until("a.example from 192.0.2.2", world.at));
  CHECK(world.tick() == 1);
}

TEST_CASE("watches: unknown users are those of all our addresses") {
  World world({}, "spring", rules::BounceLimit{1});
  for (int i = 0; i < 30; ++i) {
    world.hear("a.example from 192.0.2.1", "unknown");
    world.hear("a.example from 192.0.2.2", "unknown");
  }
  CHECK(world.told == "flood a.example; ");
  for (const char* name : {"a.example from 192.0.2.1", "a.example from 192.0.2.3", "a.example"}) {
    CAPTURE(name);
    CHECK(world.watches->held_until(name, world.at));
  }
  CHECK(!world.watches->held_until("b.example from 192.0.2.1", world.at));
}

TEST_CASE("watches: one address is slowed down") {
  World world;
  world.hear("a.example from 192.0.2.1", "421");
  CHECK(world.watches->pace("a.example from 192.0.2.1", world.at).share < 1);
  CHECK(world.watches->pace("a.example from 192.0.2.2", world.at).share == 1);
}

}  // namespace watches_test
