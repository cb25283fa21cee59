#include "dns/caching_resolver.h"

#include <doctest/doctest.h>

#include "fake_resolver.h"

namespace hagaki::dns {
namespace {

struct Bench {
  explicit Bench(std::size_t max_entries = 100)
      : cache(
            inner,
            {.defer = [this](const std::function<void()>& task) { inner.waiting.push_back(task); },
             .now = [this] { return now; },
             .max_entries = max_entries,
             .least = std::chrono::seconds(10),
             .most = std::chrono::seconds(1000),
             .failure = std::chrono::seconds(5)}) {}

  /// Asks, checks that the answer does not come from inside, and returns its status.
  Status ask(const std::string& name, Type type = Type::Mx) {
    int calls = 0;
    Status got = Status::Local;
    cache.query(name, type, [&](const Answer& answer) {
      ++calls;
      got = answer.status;
    });
    CHECK(calls == 0);
    inner.run();
    CHECK(calls == 1);
    return got;
  }

  FakeResolver inner;
  std::chrono::milliseconds now{0};
  CachingResolver cache;
};

}  // namespace

TEST_CASE("questions under way are joined") {
  Bench bench;
  int answers = 0;
  for (const char* name : {"a.example", "A.EXAMPLE", "a.example."}) {
    bench.cache.query(name, Type::Mx, [&](const Answer&) { ++answers; });
  }
  CHECK(bench.inner.asked == 1);
  bench.inner.run();
  CHECK(answers == 3);
}

TEST_CASE("answers are kept by type and name") {
  Bench bench;
  bench.inner.put("a.example", Type::Mx, Status::Ok, {{"mx.example", 1, 60}});
  CHECK(bench.ask("a.example") == Status::Ok);
  CHECK(bench.ask("a.example") == Status::Ok);
  CHECK(bench.inner.asked == 1);
  CHECK(bench.ask("a.example", Type::A) == Status::NxDomain);
  CHECK(bench.ask("b.example") == Status::NxDomain);
  CHECK(bench.inner.asked == 3);
}

TEST_CASE("how long an answer is kept") {
  struct Case {
    const char* name;
    Status status;
    std::uint32_t ttl;
    int kept_s;
  };
  const Case cases[] = {
      {"its TTL", Status::Ok, 60, 60},       {"at least", Status::Ok, 1, 10},
      {"at most", Status::Ok, 86400, 1000},  {"there is none", Status::NxDomain, 0, 1000},
      {"a failure", Status::ServFail, 0, 5}, {"silence", Status::Timeout, 0, 5},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    Bench bench;
    bench.inner.put("a.example", Type::Mx, c.status, {{"mx.example", 1, c.ttl}});
    bench.ask("a.example");
    bench.now = std::chrono::seconds(c.kept_s) - std::chrono::milliseconds(1);
    bench.ask("a.example");
    CHECK(bench.inner.asked == 1);
    bench.now = std::chrono::seconds(c.kept_s);
    bench.ask("a.example");
    CHECK(bench.inner.asked == 2);
  }
}

TEST_CASE("the oldest answers make room") {
  Bench bench(2);
  for (const char* name : {"a.example", "b.example", "c.example", "c.example", "b.example"}) {
    bench.ask(name);
  }
  CHECK(bench.inner.asked == 3);
  bench.ask("a.example");
  CHECK(bench.inner.asked == 4);
}

TEST_CASE("a question may be asked from inside an answer") {
  Bench bench;
  Status got = Status::Local;
  bench.cache.query("a.example", Type::Mx, [&](const Answer&) {
    for (int i = 0; i < 100; ++i) bench.cache.query("b" + std::to_string(i), Type::A, [](auto&) {});
    bench.cache.query("a.example", Type::Mx, [&](const Answer& again) { got = again.status; });
  });
  bench.inner.run();
  CHECK(got == Status::NxDomain);
}

}  // namespace hagaki::dns
