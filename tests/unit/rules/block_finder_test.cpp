#include "rules/block_finder.h"

#include <doctest/doctest.h>

#include <vector>

namespace block_finder_test {

using namespace hagaki::rules;

namespace {

/// What one receiver answered on one day.
struct Day {
  std::int64_t day;
  std::uint64_t taken;
  std::uint64_t refused;
};

std::vector<Block> find(const std::vector<Day>& days) {
  BlockFinder finder{BlockLimits{}};
  for (const auto& d : days) finder.note(1, d.day, d.taken, d.refused);
  return finder.blocks();
}

std::vector<std::int64_t> days_of(const std::vector<Block>& blocks) {
  std::vector<std::int64_t> out;
  for (const auto& b : blocks) out.push_back(b.day);
  return out;
}

}  // namespace

TEST_CASE("days on which a receiver blocked us") {
  struct Case {
    const char* name;
    std::vector<Day> days;
    std::vector<std::int64_t> want;
  };
  const Case cases[] = {
      {"nothing refused", {{1, 3000, 0}, {2, 3000, 0}}, {}},
      {"all of 3,000 after deliveries", {{1, 2988, 12}, {2, 130, 2870}}, {2}},
      {"30 dead among 3,000 in the usual course", {{1, 3000, 0}, {2, 2970, 30}}, {}},
      {"a fifth, with a history", {{1, 100, 0}, {2, 80, 20}}, {2}},
      {"just below a fifth", {{1, 100, 0}, {2, 81, 20}}, {}},
      {"19 are too few", {{1, 100, 0}, {2, 0, 19}}, {}},
      {"20 are enough", {{1, 100, 0}, {2, 0, 20}}, {2}},
      {"a bad list is usual: no jump", {{1, 90, 10}, {2, 60, 40}}, {}},
      {"a bad list, five times as bad", {{1, 90, 10}, {2, 50, 50}}, {2}},
      {"99 answers are no history", {{1, 99, 0}, {2, 0, 49}}, {}},
      {"no history: 50 and four of five", {{1, 12, 50}}, {1}},
      {"no history: three of four", {{1, 17, 50}}, {}},
      {"no history: 49", {{1, 0, 49}}, {}},
      {"a block of three days does not become usual",
       {{1, 1000, 0}, {2, 0, 900}, {3, 0, 900}, {4, 0, 900}, {5, 1000, 3}},
       {2, 3, 4}},
      {"deliveries after it are no history of it", {{1, 17, 50}, {2, 3000, 0}}, {}},
      {"told in pieces", {{1, 100, 0}, {2, 60, 10}, {2, 20, 10}}, {2}},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    CHECK(days_of(find(c.days)) == c.want);
    CHECK(days_of(find({c.days.rbegin(), c.days.rend()})) == c.want);
  }
}

TEST_CASE("a block's numbers are what a person is told") {
  const auto blocks = find({{1, 2988, 12}, {2, 130, 2870}});
  REQUIRE(blocks.size() == 1);
  CHECK(blocks[0].receiver == 1);
  CHECK(blocks[0].refused == 2870);
  CHECK(blocks[0].answers == 3000);
  CHECK(blocks[0].has_history);
  CHECK(blocks[0].usual == doctest::Approx(0.004));
}

TEST_CASE("one receiver's refusals are not another's") {
  BlockFinder finder{BlockLimits{}};
  finder.note(1, 1, 0, 60);
  finder.note(2, 1, 40, 20);
  const auto blocks = finder.blocks();
  REQUIRE(blocks.size() == 1);
  CHECK(blocks[0].receiver == 1);
}

}  // namespace block_finder_test
