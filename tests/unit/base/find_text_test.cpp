#include "base/find_text.h"

#include <doctest/doctest.h>

#include <string>

using namespace hagaki;

TEST_CASE("a text is found where string_view::find() finds it") {
  // Of two letters, so that begins and ends of the needle stand in many places.
  std::string text;
  for (unsigned i = 0; i < 200; ++i) text.push_back((i * i + i / 7) % 3 == 0 ? 'b' : 'a');
  text += "--" + std::string(150, 'c') + "-\n--end";
  for (const std::string& needle :
       {std::string(), std::string("a"), std::string("ab"), std::string("bb"), std::string("aba"),
        text.substr(100, 12), text.substr(184, 16), text.substr(190, 40), std::string("bbbb"),
        "--" + std::string(150, 'c') + "-", std::string("\n--"), std::string("--end"),
        std::string("end-"), text, text + "x"}) {
    CAPTURE(needle);
    for (std::size_t begin = 0; begin < 40; ++begin) {
      const auto part = std::string_view(text).substr(begin);
      for (std::size_t from = 0; from <= part.size() + 1; ++from) {
        CAPTURE(from);
        REQUIRE(find_text(part, needle, from) == part.find(needle, from));
        const auto cut = part.substr(0, from);
        REQUIRE(find_text(cut, needle) == cut.find(needle));
      }
    }
  }
}
