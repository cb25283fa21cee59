#include "records/reader.h"

#include <doctest/doctest.h>

#include <sstream>
#include <vector>

namespace reader_test {

namespace {

using hagaki::records::Line;
using hagaki::records::Reader;

/// A stream whose writer is quiet between pieces.
class Pieces : public std::stringbuf {
 public:
  bool ready() { return in_avail() > 0 || closed; }
  void come(const std::string& piece) { str(piece); }
  bool closed = false;
};

TEST_CASE("a reader that must not wait keeps what came of a line") {
  struct Case {
    const char* name;
    std::vector<std::string> pieces;  // the end comes behind the last
    std::vector<std::string> want;    // addresses after each, and at the end
    std::uint64_t bad;
  };
  const std::string a = R"({"email":"a@b.example"})";
  const std::string c = R"({"email":"c@d.example"})";
  const std::string half(700'000, 'x');
  const Case cases[] = {
      {"whole lines", {a + "\n", c + "\n"}, {"a@b.example ", "c@d.example ", ""}, 0},
      {"half a line",
       {a + "\n" + c.substr(0, 9), c.substr(9) + "\n"},
       {"a@b.example ", "c@d.example ", ""},
       0},
      {"blank and bad lines", {"\n\nno\n", a + "\n"}, {"", "a@b.example ", ""}, 1},
      {"no end of line", {a}, {"", "a@b.example "}, 0},
      {"a line that is too long",
       {half, half, half + "\n" + a + "\n"},
       {"", "", "a@b.example ", ""},
       1},
  };
  for (const auto& one : cases) {
    CAPTURE(one.name);
    Pieces pieces;
    std::istream in(&pieces);
    Reader reader(in, "test", [](const hagaki::Error&) {});
    std::vector<std::string> got;
    const auto read = [&] {
      got.emplace_back();
      while (const Line* line = reader.next([&] { return pieces.ready(); })) {
        got.back() += std::string(line->email()) + " ";
      }
    };
    for (const auto& piece : one.pieces) {
      pieces.come(piece);
      read();
      CHECK(reader.waiting());
    }
    pieces.closed = true;
    read();
    CHECK_FALSE(reader.waiting());
    CHECK(got == one.want);
    CHECK(reader.bad() == one.bad);
  }
}

}  // namespace

}  // namespace reader_test
