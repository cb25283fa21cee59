#include "dnsbl/answer_cache.h"

#include <doctest/doctest.h>

#include "fake_resolver.h"

using namespace hagaki;
using namespace hagaki::dnsbl;
using dns::Type;
using std::chrono::seconds;

namespace answer_cache_test {

constexpr Timestamp kStart{seconds(1000)};

TEST_CASE("the oldest answers make room, and none outlives its TTL") {
  AnswerCache cache(3);
  for (const char* name : {"a", "b", "c"}) {
    cache.keep(name, Type::A, fake::addresses({"127.0.0.2"}), kStart);
  }
  cache.keep("a", Type::A, fake::addresses({"127.0.0.3"}), kStart);
  REQUIRE(cache.find("a", Type::A, kStart) != nullptr);
  CHECK(cache.find("a", Type::A, kStart)->records[0].data == "127.0.0.3");
  CHECK(cache.find("a", Type::Txt, kStart) == nullptr);
  cache.keep("a", Type::Txt, fake::addresses({"why"}), kStart);
  CHECK(cache.find("a", Type::A, kStart) == nullptr);  // the oldest
  CHECK(cache.find("a", Type::Txt, kStart) != nullptr);
  CHECK(cache.find("b", Type::A, kStart + seconds(299)) != nullptr);
  CHECK(cache.find("b", Type::A, kStart + seconds(300)) == nullptr);
}

TEST_CASE("an answer holds as long as the shortest of its records, and a day at most") {
  AnswerCache cache(10);
  auto answer = fake::addresses({"127.0.0.2", "127.0.0.3"});
  answer.records[1].ttl = 5;
  cache.keep("short", Type::A, answer, kStart);
  CHECK(cache.find("short", Type::A, kStart + seconds(4)) != nullptr);
  CHECK(cache.find("short", Type::A, kStart + seconds(5)) == nullptr);
  auto none = fake::failed(dns::Status::NxDomain);
  none.negative_ttl = 4'000'000'000;
  cache.keep("long", Type::A, none, kStart);
  CHECK(cache.find("long", Type::A, kStart + seconds(86'399)) != nullptr);
  CHECK(cache.find("long", Type::A, kStart + seconds(86'400)) == nullptr);
}

}  // namespace answer_cache_test
