#include "delivery/waiting_room.h"

#include <doctest/doctest.h>

#include <fmt/format.h>

#include "temp_folder.h"

namespace waiting_room_test {

namespace {

using namespace hagaki;
using namespace std::chrono_literals;
using delivery::Group;
using delivery::Guest;
using delivery::WaitingRoom;

Guest guest(int n) {
  Guest guest{{*Address::parse(fmt::format("U{}@例え.jp", n)), fmt::format("{{\"n\":{}}}", n),
               "docomo", std::make_shared<const std::string>(R"({"basis":"customer"})")}};
  guest.id = static_cast<std::uint64_t>(n);
  guest.attempt = n + 1;
  guest.tries = 1;
  guest.first_at = Timestamp(1'000ms * n);
  return guest;
}

TEST_CASE("guests come back when they are due, as they went, from memory and from disk") {
  for (const std::size_t in_memory : {0U, 3U, 100U}) {
    CAPTURE(in_memory);
    const TempFolder folder;
    WaitingRoom room(folder.file("."), in_memory);
    // Out of order: 5 s, 1 s, 4 s, 0 s…
    for (int i = 1; i <= 6; ++i) REQUIRE(room.wait_until(1'000ms * (i * 5 % 6), guest(i)));
    CHECK(room.due_later() == 6);
    std::string order;
    auto now = 0ms;
    while (room.due_later() > 0) {
      now = *room.earliest();
      const auto back = room.next_due(now);
      REQUIRE(back);
      REQUIRE(back->has_value());
      const Guest& one = **back;
      const Guest want = guest(static_cast<int>(one.id));
      order += std::to_string(one.id);
      CHECK(one.recipient.address.text() == want.recipient.address.text());
      CHECK(one.recipient.original_line == want.recipient.original_line);
      CHECK(one.recipient.provider == "docomo");
      CHECK(*one.recipient.consent == *want.recipient.consent);
      CHECK(one.attempt == want.attempt);
      CHECK(one.tries == 1);
      CHECK(one.first_at == want.first_at);
    }
    CHECK(order == "654321");
    CHECK(now == 5'000ms);
    CHECK(!room.earliest());
    CHECK(!room.next_due(now + 1h)->has_value());
  }
}

TEST_CASE("who waits for room comes back by group") {
  const TempFolder folder;
  WaitingRoom room(folder.file("."), 10);
  Group docomo("docomo", nullptr);
  Group au("au", nullptr);
  for (int i = 1; i <= 3; ++i) REQUIRE(room.wait_for(i == 2 ? au : docomo, guest(i)));
  CHECK(room.count() == 3);
  CHECK(room.due_later() == 0);
  CHECK(docomo.backlog.count == 2);
  CHECK(room.next_of(docomo)->value().id == 1);
  CHECK(room.next_of(docomo)->value().id == 3);
  CHECK(!room.next_of(docomo)->has_value());
  CHECK(room.next_of(au)->value().id == 2);
}

}  // namespace

}  // namespace waiting_room_test
