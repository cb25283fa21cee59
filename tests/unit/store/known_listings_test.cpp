#include "store/known_listings.h"

#include <doctest/doctest.h>

#include <fstream>

#include "store/sqlite.h"
#include "temp_folder.h"

namespace hagaki::store::known_listings_test {
namespace {

using dnsbl::Change;
using dnsbl::Listing;
using dnsbl::ListKind;
using dnsbl::Outcome;
using std::chrono::hours;

const Timestamp kFirstRun = *parse_rfc3339("2026-11-20T00:00:00Z");

dnsbl::Zone list_called(const char* name, ListKind kind = ListKind::Block) {
  dnsbl::Zone zone;
  zone.zone = name;
  zone.list = kind;
  return zone;
}

Listing said(const dnsbl::Zone& zone, Outcome outcome, Timestamp time) {
  Listing out;
  out.target.text = "192.0.2.25";
  out.zone = &zone;
  out.verdict.outcome = outcome;
  if (outcome == Outcome::Listed) out.verdict.codes = {"127.0.0.2", "127.0.0.4"};
  out.time = time;
  return out;
}

}  // namespace

TEST_CASE("what an answer is beside the one before") {
  struct Case {
    const char* name;
    ListKind list;
    std::vector<Outcome> runs;  ///< one an hour
    Change want;                ///< of the last
    int since;                  ///< the run that saw the entry first
  };
  const Case cases[] = {
      {"listed at first", ListKind::Block, {Outcome::Listed}, Change::New, 0},
      {"clean at first", ListKind::Block, {Outcome::NotListed}, Change::None, -1},
      {"silent at first", ListKind::Block, {Outcome::Timeout}, Change::None, -1},
      {"still", ListKind::Block, {Outcome::Listed, Outcome::Listed}, Change::Still, 0},
      {"off", ListKind::Block, {Outcome::Listed, Outcome::NotListed}, Change::Delisted, 0},
      {"off, and that was told",
       ListKind::Block,
       {Outcome::Listed, Outcome::NotListed, Outcome::NotListed},
       Change::None,
       -1},
      {"on, off, on",
       ListKind::Block,
       {Outcome::Listed, Outcome::NotListed, Outcome::Listed},
       Change::New,
       2},
      {"on, off while nobody could ask",
       ListKind::Block,
       {Outcome::Listed, Outcome::Timeout, Outcome::NotListed},
       Change::Delisted,
       0},
      {"a silent list says nothing new",
       ListKind::Block,
       {Outcome::Listed, Outcome::Timeout},
       Change::Still,
       0},
      {"nor one that refuses",
       ListKind::Block,
       {Outcome::Listed, Outcome::Refused},
       Change::Still,
       0},
      {"nor one that lists the world",
       ListKind::Block,
       {Outcome::Listed, Outcome::Error, Outcome::Listed},
       Change::Still,
       0},
      {"clean, then listed",
       ListKind::Block,
       {Outcome::NotListed, Outcome::Listed},
       Change::New,
       1},
      {"an allow list", ListKind::Allow, {Outcome::Listed, Outcome::NotListed}, Change::None, -1},
      {"a rating", ListKind::Reputation, {Outcome::Listed}, Change::None, -1},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const TempFolder folder;
    const auto zone = list_called("bl.test", c.list);
    Listing last;
    for (std::size_t run = 0; run < c.runs.size(); ++run) {
      auto known = KnownListings::open(folder.file("state"));
      REQUIRE(known);
      std::vector<Listing> rows{said(zone, c.runs[run], kFirstRun + hours(run))};
      REQUIRE(known->compare(rows));
      REQUIRE(known->save());
      last = rows.front();
    }
    CHECK(last.change == c.want);
    if (c.since >= 0) CHECK(last.since == kFirstRun + hours(c.since));
  }
}

TEST_CASE("lists and targets are known one by one, and what nobody asks about stays") {
  const TempFolder folder;
  const auto one = list_called("one.test");
  const auto two = list_called("two.test");
  auto known = KnownListings::open(folder.file("state"));
  REQUIRE(known);
  std::vector<Listing> rows{said(one, Outcome::Listed, kFirstRun),
                            said(two, Outcome::NotListed, kFirstRun)};
  auto other = rows;
  for (auto& row : other) row.target.text = "192.0.2.26";
  REQUIRE(known->compare(rows));
  CHECK(rows[0].change == Change::New);
  CHECK(rows[1].change == Change::None);
  REQUIRE(known->save());
  REQUIRE(known->compare(other));
  CHECK(other[0].change == Change::New);
  REQUIRE(known->save());
  // A run that asks the second list alone.
  std::vector<Listing> second{said(two, Outcome::NotListed, kFirstRun + hours(1))};
  REQUIRE(known->compare(second));
  REQUIRE(known->save());
  rows = {said(one, Outcome::Listed, kFirstRun + hours(2))};
  REQUIRE(known->compare(rows));
  CHECK(rows[0].change == Change::Still);
  CHECK(rows[0].since == kFirstRun);
}

TEST_CASE("what was not saved was not known") {
  const TempFolder folder;
  const auto zone = list_called("bl.test");
  for (int run = 0; run < 2; ++run) {
    auto known = KnownListings::open(folder.file("state"));
    REQUIRE(known);
    std::vector<Listing> rows{said(zone, Outcome::Listed, kFirstRun)};
    REQUIRE(known->compare(rows));
    CHECK(rows[0].change == Change::New);
  }
}

TEST_CASE("the file can be read with sqlite3(1)") {
  const TempFolder folder;
  const auto zone = list_called("bl.test");
  {
    auto known = KnownListings::open(folder.file("state"));
    REQUIRE(known);
    for (int run = 0; run < 2; ++run) {
      std::vector<Listing> rows{said(zone, Outcome::Listed, kFirstRun + hours(run))};
      REQUIRE(known->compare(rows));
      REQUIRE(known->save());
    }
  }
  auto db = Database::open(folder.file("state"), Database::Mode::ReadOnly);
  REQUIRE(db);
  auto row = Statement::prepare(*db, "SELECT target, zone, since, seen, codes FROM listing");
  REQUIRE(row);
  REQUIRE(*row->step());
  CHECK(row->text(0) == "192.0.2.25");
  CHECK(row->text(1) == "bl.test");
  CHECK(row->time(2) == kFirstRun);
  CHECK(row->time(3) == kFirstRun + hours(1));
  CHECK(row->text(4) == "127.0.0.2 127.0.0.4");
}

TEST_CASE("a file of something else stays as it is") {
  const TempFolder folder;
  const std::string text(4096, 'x');
  std::ofstream(folder.file("state")) << text;
  const auto known = KnownListings::open(folder.file("state"));
  REQUIRE_FALSE(known);
  CHECK(known.error().code == ErrorCode::Config);
  std::ifstream file(folder.file("state"));
  CHECK(std::string(std::istreambuf_iterator<char>(file), {}) == text);
}

}  // namespace hagaki::store::known_listings_test
