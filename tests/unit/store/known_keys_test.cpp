#include "store/known_keys.h"

#include <string>

#include <doctest/doctest.h>

namespace hagaki::store::known_keys_test {
namespace {

TEST_CASE("known keys: none that was added is denied, few others are suspected") {
  constexpr int kMany = 200'000;
  KnownKeys keys;
  const auto key = [](int i) { return "customer" + std::to_string(i) + "@example.jp"; };
  for (int i = 0; i < kMany; ++i) keys.add(key(i));
  int denied = 0;
  for (int i = 0; i < kMany; ++i) denied += !keys.may_have(key(i));
  CHECK(denied == 0);
  int suspected = 0;
  for (int i = kMany; i < 2 * kMany; ++i) suspected += keys.may_have(key(i));
  CHECK(suspected < kMany / 1000);
}

}  // namespace
}  // namespace hagaki::store::known_keys_test
