#include "base/octets.h"

#include <string>

#include <doctest/doctest.h>

namespace hagaki {
namespace {

bool has(std::string_view text, unsigned char wanted) {
  return any_octet(
      text, [wanted](std::uint64_t word) { return any_is(word, wanted); },
      [wanted](unsigned char c) { return c == wanted; });
}

TEST_CASE("octets: one is found at every place of texts of every length") {
  for (std::size_t size = 0; size < 20; ++size) {
    std::string text(size, 'x');
    CHECK(!has(text, '\n'));
    for (std::size_t at = 0; at < size; ++at) {
      CAPTURE(size);
      CAPTURE(at);
      text[at] = '\n';
      CHECK(has(text, '\n'));
      text[at] = 'x';
    }
  }
}

TEST_CASE("octets: eight at a time agree with one at a time") {
  for (unsigned octet = 0; octet < 256; ++octet) {
    CAPTURE(octet);
    for (int place = 0; place < 8; ++place) {
      std::uint64_t word = eight_of('x');
      word &= ~(std::uint64_t{0xFF} << (8 * place));
      word |= std::uint64_t{octet} << (8 * place);
      CHECK((any_below(word, 32) != 0) == (octet < 32));
      CHECK((any_is(word, 127) != 0) == (octet == 127));
      CHECK((any_high(word) != 0) == (octet > 127));
      const unsigned lower = octet >= 'A' && octet <= 'Z' ? octet + 0x20 : octet;
      CHECK((lower_octets(word) >> (8 * place) & 0xFF) == lower);
    }
  }
}

}  // namespace
}  // namespace hagaki
