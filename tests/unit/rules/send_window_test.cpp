#include "rules/send_window.h"

#include <doctest/doctest.h>

#include "store/time_zones.h"

namespace send_window_test {

using namespace hagaki;
using rules::SendWindow;

namespace {

Result<std::shared_ptr<const TimeZone>> zones(std::string_view name) {
  if (name.empty()) return std::make_shared<const FixedZone>(std::chrono::hours(9));
  return store::find_time_zone(name);
}

SendWindow window(std::string_view text) {
  auto parsed = SendWindow::parse(text, zones);
  REQUIRE(parsed);
  return *parsed;
}

}  // namespace

TEST_CASE("when a window opens and closes") {
  // 2026-11-22 is a Sunday.
  struct Case {
    std::string name, window, at, opens, closes;  // `closes` of the moment it opens; empty: never
  };
  const Case cases[] = {
      {"before the morning", "Mon-Fri 09:00-18:00 Asia/Tokyo", "2026-11-23T08:59:59.999+09:00",
       "2026-11-23T09:00:00+09:00", "2026-11-23T18:00:00+09:00"},
      {"open", "Mon-Fri 09:00-18:00 Asia/Tokyo", "2026-11-23T12:34:56+09:00",
       "2026-11-23T12:34:56+09:00", "2026-11-23T18:00:00+09:00"},
      {"the end is no longer in it", "Mon-Fri 09:00-18:00 Asia/Tokyo", "2026-11-23T18:00:00+09:00",
       "2026-11-24T09:00:00+09:00", "2026-11-24T18:00:00+09:00"},
      {"weekend", "Mon-Fri 09:00-18:00 Asia/Tokyo", "2026-11-20T18:00:00+09:00",
       "2026-11-23T09:00:00+09:00", "2026-11-23T18:00:00+09:00"},
      {"weekend by its own name", "saturday,SUN 10:00-20:00 Asia/Tokyo",
       "2026-11-20T18:00:00+09:00", "2026-11-21T10:00:00+09:00", "2026-11-21T20:00:00+09:00"},
      {"days over the end of the week", "Fri-Mon 10:00-20:00 Asia/Tokyo",
       "2026-11-24T00:00:00+09:00", "2026-11-27T10:00:00+09:00", "2026-11-27T20:00:00+09:00"},
      {"a list of days", "Mon,Wed-Thu,Sat 10:00-11:00 Asia/Tokyo", "2026-11-26T11:00:00+09:00",
       "2026-11-28T10:00:00+09:00", "2026-11-28T11:00:00+09:00"},
      {"every day", "9:00-18:00 Asia/Tokyo", "2026-11-22T00:00:00+09:00",
       "2026-11-22T09:00:00+09:00", "2026-11-22T18:00:00+09:00"},
      {"local zone", "09:00-18:00", "2026-11-22T00:00:00+09:00", "2026-11-22T09:00:00+09:00",
       "2026-11-22T18:00:00+09:00"},
      {"once a week", "Wed 09:00-09:01 Asia/Tokyo", "2026-11-25T09:01:00+09:00",
       "2026-12-02T09:00:00+09:00", "2026-12-02T09:01:00+09:00"},
      {"over midnight", "Fri 22:00-06:00 Asia/Tokyo", "2026-11-25T09:01:00+09:00",
       "2026-11-27T22:00:00+09:00", "2026-11-28T06:00:00+09:00"},
      {"over midnight, behind it", "Fri 22:00-06:00 Asia/Tokyo", "2026-11-28T05:00:00+09:00",
       "2026-11-28T05:00:00+09:00", "2026-11-28T06:00:00+09:00"},
      {"over midnight, the night before is not in it", "Fri 22:00-06:00 Asia/Tokyo",
       "2026-11-27T05:00:00+09:00", "2026-11-27T22:00:00+09:00", "2026-11-28T06:00:00+09:00"},
      {"over midnight at the week's end", "Sat 22:00-06:00 Asia/Tokyo", "2026-11-22T05:00:00+09:00",
       "2026-11-22T05:00:00+09:00", "2026-11-22T06:00:00+09:00"},
      {"to midnight", "18:00-24:00 Asia/Tokyo", "2026-11-22T00:00:00+09:00",
       "2026-11-22T18:00:00+09:00", "2026-11-23T00:00:00+09:00"},
      {"to 00:00, the same", "18:00-00:00 Asia/Tokyo", "2026-11-22T00:00:00+09:00",
       "2026-11-22T18:00:00+09:00", "2026-11-23T00:00:00+09:00"},
      {"two spans of a day", "09:00-12:00,13:00-18:00 Asia/Tokyo", "2026-11-22T12:00:00+09:00",
       "2026-11-22T13:00:00+09:00", "2026-11-22T18:00:00+09:00"},
      {"spans that touch", "09:00-12:00,12:00-18:00 Asia/Tokyo", "2026-11-22T10:00:00+09:00",
       "2026-11-22T10:00:00+09:00", "2026-11-22T18:00:00+09:00"},
      {"spans that overlap, of two zones", "09:00-18:00 Asia/Tokyo; 09:00-18:00 Europe/Berlin",
       "2026-11-22T08:00:00+09:00", "2026-11-22T09:00:00+09:00", "2026-11-23T02:00:00+09:00"},
      {"24h on workdays", "Mon-Fri 24h Asia/Tokyo", "2026-11-22T12:00:00+09:00",
       "2026-11-23T00:00:00+09:00", "2026-11-28T00:00:00+09:00"},
      {"24h", "24h", "2026-11-22T12:00:00+09:00", "2026-11-22T12:00:00+09:00", ""},
      {"days and nights", "Mon-Fri 24h UTC; Sat-Sun 24h UTC", "2026-11-22T12:00:00+09:00",
       "2026-11-22T12:00:00+09:00", ""},

      // Berlin's clocks go from 02:00 to 03:00 on 29 March and from 03:00 to 02:00 on 25 October.
      {"a shorter night", "22:00-06:00 Europe/Berlin", "2026-03-28T12:00:00Z",
       "2026-03-28T21:00:00Z", "2026-03-29T04:00:00Z"},
      {"a longer night", "22:00-06:00 Europe/Berlin", "2026-10-24T12:00:00Z",
       "2026-10-24T20:00:00Z", "2026-10-25T05:00:00Z"},
      {"the day after clocks went forward", "09:00-18:00 Europe/Berlin", "2026-03-28T18:00:00Z",
       "2026-03-29T07:00:00Z", "2026-03-29T16:00:00Z"},
      {"the hour that is left out", "Sun 02:00-03:00 Europe/Berlin", "2026-03-28T12:00:00Z",
       "2026-04-05T00:00:00Z", "2026-04-05T01:00:00Z"},
      {"a beginning that is left out", "Sun 02:30-05:00 Europe/Berlin", "2026-03-28T12:00:00Z",
       "2026-03-29T01:00:00Z", "2026-03-29T03:00:00Z"},
      {"an end that is left out", "Sun 00:30-02:30 Europe/Berlin", "2026-03-28T12:00:00Z",
       "2026-03-28T23:30:00Z", "2026-03-29T01:00:00Z"},
      {"the hour that comes twice", "Sun 02:00-03:00 Europe/Berlin", "2026-10-24T12:00:00Z",
       "2026-10-25T00:00:00Z", "2026-10-25T02:00:00Z"},
      {"half of the hour that comes twice", "Sun 02:00-02:30 Europe/Berlin", "2026-10-24T12:00:00Z",
       "2026-10-25T00:00:00Z", "2026-10-25T00:30:00Z"},
      {"and again", "Sun 02:00-02:30 Europe/Berlin", "2026-10-25T00:30:00Z", "2026-10-25T01:00:00Z",
       "2026-10-25T01:30:00Z"},
      {"a zone that changes by half an hour", "02:00-04:00 Australia/Lord_Howe",
       "2026-10-03T12:00:00Z", "2026-10-03T15:30:00Z", "2026-10-03T17:00:00Z"},
      {"the year's end", "Thu 23:00-01:00 Asia/Tokyo", "2026-12-31T12:00:00+09:00",
       "2026-12-31T23:00:00+09:00", "2027-01-01T01:00:00+09:00"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const auto w = window(c.window);
    const auto at = parse_rfc3339(c.at).value();
    const auto opens = w.next_open(at);
    CHECK(format_rfc3339(opens) == format_rfc3339(parse_rfc3339(c.opens).value()));
    CHECK(w.open(at) == (opens == at));
    CHECK(w.open(opens));
    if (opens > at) CHECK(w.closes(at) == at);
    const auto closes = w.closes(opens);
    REQUIRE(closes.has_value() == !c.closes.empty());
    if (!closes) continue;
    CHECK(format_rfc3339(*closes) == format_rfc3339(parse_rfc3339(c.closes).value()));
    CHECK_FALSE(w.open(*closes));
    CHECK(w.open(*closes - std::chrono::milliseconds(1)));
  }
}

TEST_CASE("edges are where the answer changes, over a year with its changes of clocks") {
  const auto w =
      window("Sat-Mon 22:30-04:15 America/New_York; Wed 01:00-03:00,09:00-18:00 Europe/Berlin");
  const std::chrono::minutes step(15);  // all edges lie on it
  const auto begin = parse_rfc3339("2026-01-01T00:00:00Z").value();
  const auto end = parse_rfc3339("2027-01-01T00:00:00Z").value();
  auto edge = begin;
  for (auto t = begin; t < end; t += step) {
    const bool open = w.open(t);
    if (t >= edge) edge = open ? w.closes(t).value() : w.next_open(t);
    // Up to the edge that was foretold nothing changes, and there it does.
    const bool last = t + step == edge;
    if (w.open(t + step) == open ? last : !last) {
      CAPTURE(format_rfc3339(t));
      FAIL("no edge where there should be, or one where not");
    }
  }
}

TEST_CASE("windows are added up, and none is always open") {
  SendWindow w;
  const auto at = parse_rfc3339("2026-11-22T12:00:00Z").value();
  CHECK(w.open(at));
  CHECK(w.next_open(at) == at);
  CHECK_FALSE(w.closes(at));
  w.add(window("Mon 09:00-10:00 UTC"));
  CHECK_FALSE(w.open(at));
  w.add(window("Sun 09:00-13:00 UTC"));
  CHECK(w.open(at));
}

TEST_CASE("what is no window") {
  struct Case {
    std::string text;
    ErrorCode code;
  };
  const Case cases[] = {
      {"", ErrorCode::Syntax},
      {"Mon-Fri", ErrorCode::Syntax},
      {"Mon-Fri Asia/Tokyo", ErrorCode::Syntax},
      {"Mon-Fry 09:00-18:00", ErrorCode::Syntax},
      {"Mon-Fri 09:00-18:00 Asia/Tokyo please", ErrorCode::Syntax},
      {"Mon - Fri 09:00-18:00", ErrorCode::Syntax},
      {"09:00", ErrorCode::Syntax},
      {"9-18", ErrorCode::Syntax},
      {"09:00-25:00", ErrorCode::Syntax},
      {"09:00-24:01", ErrorCode::Syntax},
      {"24:00-08:00", ErrorCode::Syntax},
      {"09:60-18:00", ErrorCode::Syntax},
      {"09:0-18:00", ErrorCode::Syntax},
      {"009:00-18:00", ErrorCode::Syntax},
      {"09:00-09:00", ErrorCode::Syntax},
      {"09:00-18:00,", ErrorCode::Syntax},
      {"09:00-18:00;", ErrorCode::Syntax},
      {"Mon, 09:00-18:00", ErrorCode::Syntax},
      {"09:00-18:00 Asia/Tokio", ErrorCode::NotFound},
      {"09:00-18:00 JST-9", ErrorCode::NotFound},
  };
  for (const auto& c : cases) {
    CAPTURE(c.text);
    const auto parsed = SendWindow::parse(c.text, zones);
    REQUIRE(!parsed);
    CHECK(parsed.error().code == c.code);
  }
}

}  // namespace send_window_test
