#include "delivery/turn_queue.h"

#include <doctest/doctest.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "delivery/group.h"

namespace turn_queue_test {

namespace {

using namespace hagaki;
using delivery::Group;
using delivery::Item;
using delivery::Turn;
using delivery::TurnQueue;

/// Items named by their group's letter and a number of their own: "a1 a2 b1".
struct Fixture {
  Item& item(const std::string& name) {
    const std::string letter = name.substr(0, 1);
    auto& group = groups[letter];
    if (!group) group = std::make_shared<Group>(letter, nullptr);
    items.push_back(std::make_unique<Item>(
        items.size() + 1, delivery::Recipient{*Address::parse(name + "@example.jp"), {}}));
    items.back()->group = group;
    return *items.back();
  }
  void push(const std::vector<std::string>& names) {
    for (const auto& name : names) queue.push(item(name));
  }
  /// All that can be had while the groups in `shut` are turned away.
  std::string pop_all(const std::string& shut = "") {
    std::string out;
    const auto may = [&](const Group& g) {
      if (g.name == nobody_from) return Turn::Nobody;
      return shut.find(g.name) == std::string::npos ? Turn::Go : Turn::Later;
    };
    while (Item* next = queue.pop(may)) {
      if (!out.empty()) out += ' ';
      out += next->recipient.address.local();
    }
    return out;
  }

  std::map<std::string, std::shared_ptr<Group>> groups;
  std::vector<std::unique_ptr<Item>> items;
  TurnQueue queue;
  std::string nobody_from;  // when it is the turn of this group
};

TEST_CASE("groups take turns, each in its own order") {
  struct Case {
    const char* name;
    std::vector<std::string> pushed;
    const char* want;
  };
  const Case cases[] = {
      {"nobody", {}, ""},
      {"one group", {"a1", "a2", "a3"}, "a1 a2 a3"},
      {"a large one does not hold up the others",
       {"a1", "a2", "a3", "b1", "c1", "b2"},
       "a1 b1 c1 a2 b2 a3"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    Fixture f;
    f.push(c.pushed);
    CHECK(f.queue.size() == c.pushed.size());
    CHECK(f.pop_all() == c.want);
    CHECK(f.queue.empty());
  }
}

TEST_CASE("a group that is turned away is passed over until the queue is reopened") {
  Fixture f;
  f.push({"a1", "b1", "a2", "c1"});
  CHECK(f.pop_all("ac") == "b1");
  CHECK(f.queue.size() == 3);
  CHECK(f.queue.ready() == 0);
  f.push({"a3", "b2"});
  CHECK(f.queue.ready() == 1);
  CHECK(f.pop_all() == "b2");
  f.queue.reopen();
  CHECK(f.queue.ready() == 4);
  CHECK(f.pop_all("c") == "a1 a2 a3");
  f.push({"d1", "d2"});
  CHECK(f.pop_all("cd").empty());
  f.queue.reopen(f.groups["d"].get());
  f.queue.reopen(f.groups["a"].get());
  CHECK(f.queue.ready() == 2);
  CHECK(f.pop_all() == "d1 d2");
  CHECK(f.queue.take_all().size() == 1);
  CHECK(f.queue.empty());
  CHECK(f.queue.ready() == 0);
}

TEST_CASE("whose turn it is when nobody may go comes first later") {
  Fixture f;
  f.push({"a1", "b1", "b2", "c1"});
  f.nobody_from = "b";
  CHECK(f.pop_all() == "a1");
  CHECK(f.queue.ready() == 3);
  CHECK(f.pop_all().empty());
  f.nobody_from.clear();
  CHECK(f.pop_all() == "b1 c1 b2");
}

}  // namespace

}  // namespace turn_queue_test
