#include "store/marks.h"

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>

#include "temp_folder.h"

namespace {

using hagaki::ErrorCode;
using hagaki::store::Marks;

const std::string kNonce(32, 'a');

TEST_CASE("marks outlive their object, and only the last of a slot counts") {
  const TempFolder folder;
  {
    auto marks = Marks::open(folder.file("m"));
    REQUIRE(marks);
    REQUIRE(marks->clear(kNonce, 8));
    CHECK(marks->read(kNonce)->empty());
    CHECK(marks->set(3, {17, 1}));
    CHECK(marks->set(3, {18, 2}));
    CHECK(marks->set(7, {19, 1}));
  }
  auto marks = Marks::open(folder.file("m"));
  REQUIRE(marks);
  const auto found = marks->read(kNonce);
  REQUIRE(found);
  CHECK(*found == std::vector<Marks::Mark>{{18, 2}, {19, 1}});
}

TEST_CASE("nothing is concluded from marks that are not ours or not whole") {
  struct Case {
    const char* name;
    const char* content;  // nullptr: good marks, asked for under another journal's nonce
  };
  const Case cases[] = {{"another journal", nullptr}, {"empty file", ""}};
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const TempFolder folder;
    if (c.content) std::ofstream(folder.file("m")) << c.content;
    auto marks = Marks::open(folder.file("m"));
    REQUIRE(marks);
    if (!c.content) REQUIRE(marks->clear(kNonce, 8));
    const auto found = marks->read(std::string(32, 'b'));
    REQUIRE(!found);
    CHECK(found.error().code == ErrorCode::NotFound);
  }
}

TEST_CASE("somebody else's file is not written over") {
  struct Case {
    const char* name;
    std::string content;
    bool taken;
  };
  const Case cases[] = {
      {"text", "rubbish\n", false},
      {"long text", std::string(5000, 'x'), false},
      {"zeros, then text", std::string(64, '\0') + "text", false},
      {"too large", std::string((1 << 20) + 1, '\0'), false},
      {"nothing", "", true},
      {"header not written yet", std::string(192, '\0'), true},
      {"marks", "hagaki-sent 1 " + kNonce + std::string(18, '\n'), true},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const TempFolder folder;
    std::ofstream(folder.file("m")) << c.content;
    const auto marks = Marks::open(folder.file("m"));
    CHECK(marks.has_value() == c.taken);
    if (!marks) CHECK(marks.error().code == ErrorCode::Config);
    std::ifstream in(folder.file("m"));
    CHECK(std::string(std::istreambuf_iterator<char>(in), {}) == c.content);
  }
}

TEST_CASE("a damaged slot spoils the file's word") {
  const TempFolder folder;
  {
    auto marks = Marks::open(folder.file("m"));
    REQUIRE(marks);
    REQUIRE(marks->clear(kNonce, 8));
    CHECK(marks->set(0, {17, 1}));
  }
  {
    std::fstream file(folder.file("m"), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(64);
    file.put('x');
  }
  auto marks = Marks::open(folder.file("m"));
  REQUIRE(marks);
  CHECK(!marks->read(kNonce));
}

TEST_CASE("the file is a lock") {
  const TempFolder folder;
  const auto first = Marks::open(folder.file("m"));
  REQUIRE(first);
  const auto second = Marks::open(folder.file("m"));
  REQUIRE(!second);
  CHECK(second.error().code == ErrorCode::Retry);
}

}  // namespace
