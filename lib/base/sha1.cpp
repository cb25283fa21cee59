#include <array>
#include <bit>
#include <cstdint>

#include "base/digest.h"

// Written out here and not taken from OpenSSL, which reads its configuration and loads its
// providers before the first digest: for a tool that looks at one mail that takes longer than the
// mail.

namespace hagaki {
namespace {

constexpr std::size_t kBlock = 64;

using State = std::array<std::uint32_t, 5>;

std::uint32_t load(const unsigned char* from) {
  return static_cast<std::uint32_t>(from[0]) << 24 | static_cast<std::uint32_t>(from[1]) << 16 |
         static_cast<std::uint32_t>(from[2]) << 8 | static_cast<std::uint32_t>(from[3]);
}

/// Takes one block into the state (FIPS 180-4 §6.1.2).
void take(const unsigned char* block, State& state) {
  std::array<std::uint32_t, 80> words;
  for (std::size_t t = 0; t < 16; ++t) words[t] = load(block + 4 * t);
  for (std::size_t t = 16; t < 80; ++t) {
    words[t] = std::rotl(words[t - 3] ^ words[t - 8] ^ words[t - 14] ^ words[t - 16], 1);
  }
  auto [a, b, c, d, e] = state;
  const auto round = [&](std::uint32_t mixed, std::uint32_t constant, std::uint32_t word) {
    const std::uint32_t next = std::rotl(a, 5) + mixed + e + constant + word;
    e = d;
    d = c;
    c = std::rotl(b, 30);
    b = a;
    a = next;
  };
  for (std::size_t t = 0; t < 20; ++t) round((b & c) ^ (~b & d), 0x5a827999U, words[t]);
  for (std::size_t t = 20; t < 40; ++t) round(b ^ c ^ d, 0x6ed9eba1U, words[t]);
  for (std::size_t t = 40; t < 60; ++t) {
    round((b & c) ^ (b & d) ^ (c & d), 0x8f1bbcdcU, words[t]);
  }
  for (std::size_t t = 60; t < 80; ++t) round(b ^ c ^ d, 0xca62c1d6U, words[t]);
  state = {state[0] + a, state[1] + b, state[2] + c, state[3] + d, state[4] + e};
}

}  // namespace

std::string sha1_hex(std::string_view data) {
  State state = {0x67452301U, 0xefcdab89U, 0x98badcfeU, 0x10325476U, 0xc3d2e1f0U};
  const auto* bytes = reinterpret_cast<const unsigned char*>(data.data());
  std::size_t left = data.size();
  for (; left >= kBlock; left -= kBlock, bytes += kBlock) take(bytes, state);

  // The rest, a one bit, zeros, and how many bits all of it has (§5.1.1): one block or two.
  std::array<unsigned char, 2 * kBlock> end{};
  for (std::size_t i = 0; i < left; ++i) end[i] = bytes[i];
  end[left] = 0x80;
  const std::size_t size = left + 1 + 8 <= kBlock ? kBlock : 2 * kBlock;
  std::uint64_t bits = static_cast<std::uint64_t>(data.size()) * 8;
  for (std::size_t i = size; bits > 0; bits >>= 8) end[--i] = static_cast<unsigned char>(bits);
  for (std::size_t at = 0; at < size; at += kBlock) take(end.data() + at, state);

  std::string out;
  for (const auto word : state) {
    for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<char>(word >> shift));
  }
  return to_hex(out);
}

}  // namespace hagaki
