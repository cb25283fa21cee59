#include "rules/block_finder.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <vector>

using namespace hagaki::rules;

namespace {

/// What one receiver answered on one day.
struct Day {
  std::int64_t day;
  int taken;
  int refused;
  int bounced = 0;
};

struct Note {
  std::int64_t day;
  BlockFinder::Answer answer;
};

std::vector<Note> notes_of(const std::vector<Day>& days) {
  using Answer = BlockFinder::Answer;
  std::vector<Note> out;
  for (const auto& d : days) {
    for (int i = 0; i < d.taken; ++i) out.push_back({d.day, Answer::Taken});
    for (int i = 0; i < d.refused; ++i) out.push_back({d.day, Answer::Refused});
    for (int i = 0; i < d.bounced; ++i) out.push_back({d.day, Answer::Bounced});
  }
  return out;
}

std::vector<Block> find(const std::vector<Note>& notes) {
  BlockFinder finder{BlockLimits{}};
  for (const auto& n : notes) finder.note("outlook.com", n.day, n.answer);
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
      {"a relay takes all and sends it back", {{1, 1000, 0}, {2, 1000, 0, 900}}, {2}},
      {"more sent back than taken that day", {{1, 1000, 0}, {2, 10, 0, 900}}, {2}},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    auto notes = notes_of(c.days);
    CHECK(days_of(find(notes)) == c.want);
    std::shuffle(notes.begin(), notes.end(), std::mt19937(6));
    CHECK(days_of(find(notes)) == c.want);
  }
}

TEST_CASE("a block's numbers are what a person is told") {
  const auto blocks = find(notes_of({{1, 2988, 12}, {2, 130, 2870}}));
  REQUIRE(blocks.size() == 1);
  CHECK(blocks[0].receiver == "outlook.com");
  CHECK(blocks[0].refused == 2870);
  CHECK(blocks[0].answers == 3000);
  CHECK(blocks[0].has_history);
  CHECK(blocks[0].usual == doctest::Approx(0.004));
}

TEST_CASE("one receiver's refusals are not another's") {
  BlockFinder finder{BlockLimits{}};
  for (int i = 0; i < 60; ++i) {
    finder.note("a.example", 1, BlockFinder::Answer::Refused);
    finder.note("b.example", 1, i < 40 ? BlockFinder::Answer::Taken : BlockFinder::Answer::Refused);
  }
  const auto blocks = finder.blocks();
  REQUIRE(blocks.size() == 1);
  CHECK(blocks[0].receiver == "a.example");
}
