#include "rules/key_hash.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace hagaki::rules {
namespace {

std::uint64_t load(const char* bytes, std::size_t n) {
  unsigned char raw[8] = {};
  std::memcpy(raw, bytes, n);
  std::uint64_t word = 0;
  for (unsigned i = 0; i < 8; ++i) word |= std::uint64_t{raw[i]} << (8 * i);
  return word;
}

struct State {
  std::uint64_t v0, v1, v2, v3;

  void round() {
    v0 += v1;
    v1 = std::rotl(v1, 13) ^ v0;
    v0 = std::rotl(v0, 32);
    v2 += v3;
    v3 = std::rotl(v3, 16) ^ v2;
    v0 += v3;
    v3 = std::rotl(v3, 21) ^ v0;
    v2 += v1;
    v1 = std::rotl(v1, 17) ^ v2;
    v2 = std::rotl(v2, 32);
  }

  void take(std::uint64_t word) {
    v3 ^= word;
    round();
    round();
    v0 ^= word;
  }
};

}  // namespace

KeyHasher::KeyHasher(std::string_view seed) {
  const std::size_t first = std::min<std::size_t>(8, seed.size());
  k0_ = load(seed.data(), first);
  const std::string_view rest = seed.substr(first, 8);
  k1_ = load(rest.data(), rest.size());
}

std::uint64_t KeyHasher::operator()(std::string_view key, char kind) const {
  const std::uint64_t k1 = k1_ ^ static_cast<unsigned char>(kind);  // a secret of its own
  State s{k0_ ^ 0x736f6d6570736575, k1 ^ 0x646f72616e646f6d, k0_ ^ 0x6c7967656e657261,
          k1 ^ 0x7465646279746573};
  const std::size_t whole = key.size() & ~std::size_t{7};
  for (std::size_t i = 0; i < whole; i += 8) s.take(load(key.data() + i, 8));
  s.take(load(key.data() + whole, key.size() - whole) | std::uint64_t{key.size() & 0xff} << 56);
  s.v2 ^= 0xff;
  for (int i = 0; i < 4; ++i) s.round();
  const std::uint64_t hash = s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
  return hash == 0 ? 1 : hash;
}

}  // namespace hagaki::rules
