#include "rules/hash_table.h"

#include <doctest/doctest.h>

#include <string>

#include "rules/key_hash.h"

namespace hash_table_test {

using namespace hagaki::rules;

TEST_CASE("SipHash-2-4 as its authors publish it") {
  // Key 00 01 … 0f and input 00 01 … of n bytes; vectors.h of the reference implementation.
  std::string seed;
  for (char c = 0; c < 16; ++c) seed.push_back(c);
  const KeyHasher hasher(seed);
  struct Case {
    std::size_t n;
    std::uint64_t want;
  };
  const Case cases[] = {{0, 0x726fdb47dd0e0e31}, {1, 0x74f839c593dc67fd}, {15, 0xa129ca6149be45e5}};
  for (const auto& c : cases) {
    CAPTURE(c.n);
    std::string input;
    for (std::size_t i = 0; i < c.n; ++i) input.push_back(static_cast<char>(i));
    CHECK(hasher(input) == c.want);
  }
  CHECK(KeyHasher("another seed 16b")("a") != hasher("a"));
}

TEST_CASE("a table finds what was put in and nothing else") {
  const KeyHasher hasher("seed");
  HashTable<int> table;
  CHECK(table.find(hasher("k0")) == nullptr);
  for (int i = 0; i < 10'000; ++i) {
    auto [value, fresh] = table.insert(hasher("k" + std::to_string(i)));
    CHECK(fresh);
    value = i;
  }
  CHECK(table.size() == 10'000);
  CHECK_FALSE(table.insert(hasher("k77")).second);
  for (int i = 0; i < 10'000; ++i) {
    const int* value = table.find(hasher("k" + std::to_string(i)));
    REQUIRE(value);
    CHECK(*value == i);
    CHECK_FALSE(table.find(hasher("n" + std::to_string(i))));
  }
}

}  // namespace hash_table_test
