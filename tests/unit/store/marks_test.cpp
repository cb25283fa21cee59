#include "store/marks.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "temp_folder.h"

namespace marks_test {

namespace {

using hagaki::ErrorCode;
using hagaki::store::Marks;

const std::string kNonce(32, 'a');

/// A new file of 8 slots.
Marks begun(const TempFolder& folder) {
  auto marks = Marks::open(folder.file("m"));
  REQUIRE(marks);
  REQUIRE(marks->clear(kNonce, 8));
  return std::move(*marks);
}

/// Writes over the first slot.
void spoil(const TempFolder& folder, const std::string& bytes) {
  std::fstream file(folder.file("m"), std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(64);
  file << bytes;
}

TEST_CASE("marks outlive their object, and only the last of a slot counts") {
  const TempFolder folder;
  {
    auto marks = begun(folder);
    CHECK(marks.read(kNonce)->empty());
    CHECK(marks.set(3, {17, 1}));
    CHECK(marks.set(3, {18, 2}));
    CHECK(marks.set(7, {19, 1}));
  }
  auto marks = Marks::open(folder.file("m"));
  REQUIRE(marks);
  const auto found = marks->read(kNonce);
  REQUIRE(found);
  CHECK(*found == std::vector<Marks::Mark>{{18, 2}, {19, 1}});
}

TEST_CASE("a mark is in the file as soon as it is set") {
  const TempFolder folder;
  auto marks = begun(folder);
  // Through a map of the file where the file system is one for it: who reads sees it all the same.
  Marks other(std::move(marks));
  for (const int attempt : {1, 2}) {
    CAPTURE(attempt);
    CHECK(other.set(5, {23, attempt}));
    const auto seen = other.read(kNonce);
    REQUIRE(seen);
    CHECK(*seen == std::vector<Marks::Mark>{{23, attempt}});
    std::ifstream in(folder.file("m"), std::ios::binary);
    in.seekg(64 + 5 * 16);
    std::uint64_t id = 0;
    std::uint32_t number = 0;
    in.read(reinterpret_cast<char*>(&id), sizeof id);
    in.read(reinterpret_cast<char*>(&number), sizeof number);
    CHECK(id == 23);
    CHECK(number == static_cast<std::uint32_t>(attempt));
  }
}

TEST_CASE("a slot that was cut off while it was written counts for nothing") {
  const TempFolder folder;
  {
    auto marks = begun(folder);
    CHECK(marks.set(0, {17, 1}));
    CHECK(marks.set(2, {18, 1}));
  }
  // The id goes first and comes last.
  spoil(folder, std::string(8, '\0') + "rubbish!");
  auto marks = Marks::open(folder.file("m"));
  REQUIRE(marks);
  const auto found = marks->read(kNonce);
  REQUIRE(found);
  CHECK(*found == std::vector<Marks::Mark>{{18, 1}});
}

TEST_CASE("what is not ours tells nothing and is not written over") {
  struct Case {
    const char* name;
    std::string content;
    ErrorCode want;  // Config: not even opened; NotFound: ours, and nothing of this journal in it
  };
  const Case cases[] = {
      {"text", "rubbish\n", ErrorCode::Config},
      {"long text", std::string(5000, 'x'), ErrorCode::Config},
      {"zeros, then text", std::string(64, '\0') + "text", ErrorCode::Config},
      {"too large", std::string((1 << 20) + 1, '\0'), ErrorCode::Config},
      {"nothing", "", ErrorCode::NotFound},
      {"header not written yet", std::string(192, '\0'), ErrorCode::NotFound},
      {"marks of another journal", "hagaki-sent 1 " + std::string(32, 'b') + std::string(18, '\n'),
       ErrorCode::NotFound},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const TempFolder folder;
    std::ofstream(folder.file("m")) << c.content;
    const auto found = Marks::open(folder.file("m")).and_then([](const Marks& marks) {
      return marks.read(kNonce);
    });
    REQUIRE(!found);
    CHECK(found.error().code == c.want);
    std::ifstream in(folder.file("m"));
    CHECK(std::string(std::istreambuf_iterator<char>(in), {}) == c.content);
  }
}

TEST_CASE("a damaged slot spoils the file's word") {
  const TempFolder folder;
  {
    auto marks = begun(folder);
    CHECK(marks.set(0, {17, 1}));
  }
  spoil(folder, "x");
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

}  // namespace marks_test
