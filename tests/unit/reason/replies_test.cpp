#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <set>
#include <string>
#include <vector>

#include "base/text.h"
#include "reason/judge.h"

using namespace hagaki;
using reason::Rules;
using reason::Said;

namespace {

/// One line of tests/data/replies/replies.tsv.
struct Reply {
  std::string reason;
  int code = 0;
  std::string status;
  std::string phase;
  std::string host;
  std::string text;
};

std::string known(std::string_view column) {
  return column == "-" ? std::string() : std::string(column);
}

std::vector<Reply> read_replies() {
  std::ifstream in(std::string(HAGAKI_TEST_DATA) + "/replies/replies.tsv");
  std::vector<Reply> replies;
  for (std::string line; std::getline(in, line);) {
    if (line.empty() || line.front() == '#') continue;
    const auto columns = split(line, '\t');
    REQUIRE(columns.size() == 6);
    replies.push_back({std::string(columns[0]), std::atoi(known(columns[1]).c_str()),
                       known(columns[2]), known(columns[3]), known(columns[4]),
                       std::string(columns[5])});
  }
  return replies;
}

Said said(const Reply& r) {
  return {r.code, r.status, r.text, r.phase, r.host};
}

}  // namespace

TEST_CASE("what servers say means what it should") {
  const auto replies = read_replies();
  CHECK(replies.size() > 250);
  for (const auto& r : replies) {
    const auto got = Rules::embedded().judge(said(r));
    CAPTURE(r.text);
    CAPTURE(got.rule);
    CHECK(got.reason == r.reason);
    const bool temporary = r.code / 100 == 4 || (r.code == 0 && r.status.starts_with('4'));
    CHECK(got.hard == (reason::is_hard(r.reason) && !temporary));
  }
}

// That each rule decides its own example, judge_test asks.
TEST_CASE("replies reach rules beside those of their own examples") {
  const auto& rules = Rules::embedded();
  std::set<std::string> by_replies;
  for (const auto& r : read_replies()) by_replies.emplace(rules.judge(said(r)).rule);
  std::size_t reached = 0;
  std::string others;
  for (const auto& row : rules.rows()) {
    if (by_replies.contains(row.id)) {
      ++reached;
    } else {
      others += " " + row.id;
    }
  }
  CHECK(reached > 85);
  MESSAGE("rules that only their own example reaches:" << others);
}

TEST_CASE("each row says where its words are known from") {
  for (const auto& row : Rules::embedded().rows()) {
    CAPTURE(row.id);
    const auto& source = row.source;
    const bool said_where = source.find("://") != std::string::npos ||
                            source.find("RFC ") != std::string::npos ||
                            source.find("own message text") != std::string::npos;
    CHECK(said_where);
  }
}
