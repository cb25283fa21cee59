#include "dnsbl/zone_tests.h"

#include <utility>

#include "dns/ip.h"
#include "dns/query_form.h"
#include "dnsbl/target.h"

namespace hagaki::dnsbl {
namespace {

/// Numbers that differ in all their bits where the seeds differ in one (SplitMix64).
std::uint64_t mixed(std::uint64_t seed) {
  seed += 0x9E3779B97F4A7C15u;
  seed = (seed ^ (seed >> 30)) * 0xBF58476D1CE4E5B9u;
  seed = (seed ^ (seed >> 27)) * 0x94D049BB133111EBu;
  return seed ^ (seed >> 31);
}

/// An octet far from both ends, where lists have test points and special codes.
std::uint8_t octet_of(std::uint64_t bits) {
  return static_cast<std::uint8_t>(32 + bits % 192);
}

}  // namespace

std::string question_name(std::string_view question, const AskedZone& asked) {
  const auto zone = asked.key.empty() ? asked.zone.zone : asked.key + '.' + asked.zone.zone;
  return dns::query_form(question, zone).value_or("");
}

bool is_word(const dns::Answer& answer) {
  return answer.status != dns::Status::Timeout && answer.status != dns::Status::Local;
}

std::string unlisted_point(Kind kind, std::uint64_t seed) {
  const auto bits = mixed(seed);
  if (kind == Kind::Domain) return 'u' + std::to_string(bits) + ".invalid";
  dns::IpAddress ip;
  ip.v6 = kind == Kind::Ip6;
  auto* at = ip.bytes.data();
  if (ip.v6) {
    at += 10;
    *at++ = 0xFF;
    *at++ = 0xFF;
  }
  *at++ = 127;
  for (const int shift : {0, 16, 32}) *at++ = octet_of(bits >> shift);
  return ip.text();
}

ZoneTests::ZoneTests(const std::vector<AskedZone>& zones, Ask ask)
    : zones_(zones),
      ask_(std::move(ask)),
      guards_(zones.size() * kAllKinds.size()),
      self_tests_(guards_.size()),
      seeds_(guards_.size()) {}

void ZoneTests::settle(Tested& test, bool passed, Verdict verdict) {
  test.known = true;
  test.passed = passed;
  test.verdict = std::move(verdict);
  for (const auto& wake : std::exchange(test.waiting, {})) wake();
}

void ZoneTests::guard(std::size_t zone, Kind kind, std::function<void()> then) {
  auto& test = guards_[slot(zone, kind)];
  if (test.known) return then();
  test.waiting.push_back(std::move(then));
  if (!std::exchange(test.asked, true)) ask_guard(zone, kind);
}

void ZoneTests::ask_guard(std::size_t zone, Kind kind) {
  auto& test = guards_[slot(zone, kind)];
  const auto& points = zones_[zone].zone.test(kind);
  std::string point = points ? points->unlisted : std::string();
  const auto seed = seeds_[slot(zone, kind)];
  if (seed != 0 && point == standard_test_points(kind).unlisted) point = unlisted_point(kind, seed);
  const auto question = question_for(kind, point);
  const auto name = question ? question_name(*question, zones_[zone]) : std::string();
  if (name.empty()) return settle(test, true, {});
  ask_(zone, name, [this, &test, zone, kind, point](const dns::Answer& answer, const auto&) {
    auto verdict = judge(zones_[zone].zone, answer);
    const bool says_all = answer.status == dns::Status::Ok &&
                          (verdict.outcome == Outcome::Listed || verdict.outcome == Outcome::Error);
    if (says_all) {
      verdict = {Outcome::Error, {}, "lists the world, " + point + " too"};
    } else if (std::exchange(test.again, false)) {
      return ask_guard(zone, kind);
    }
    settle(test, !says_all, std::move(verdict));
  });
}

bool ZoneTests::renew(std::size_t zone, Kind kind, std::uint64_t seed) {
  auto& test = guards_[slot(zone, kind)];
  if (!test.asked) return false;
  seeds_[slot(zone, kind)] = seed == 0 ? 1 : seed;
  if (!test.known) {
    test.again = true;
  } else {
    test.asked = test.known = false;
  }
  return true;
}

void ZoneTests::self_test(std::size_t zone, Kind kind, std::function<void()> then) {
  auto& test = self_tests_[slot(zone, kind)];
  if (test.known) return then();
  test.waiting.push_back(std::move(then));
  if (std::exchange(test.asked, true)) return;
  const auto& points = *zones_[zone].zone.test(kind);
  const auto name = question_name(question_for(kind, points.listed).value_or(""), zones_[zone]);
  if (name.empty()) {
    settle(test, false, {Outcome::Error, {}, "its test point cannot be asked"});
    return;
  }
  auto ask_unlisted = [this, &test, zone, kind] {
    guard(zone, kind, [this, &test, zone, kind] {
      const auto& unlisted = guards_[slot(zone, kind)];
      settle(test, unlisted.passed, unlisted.verdict);
    });
  };
  ask_(zone, name,
       [this, &test, zone, points, ask_unlisted](const dns::Answer& answer, const auto&) {
         test.silent = !is_word(answer);
         auto verdict = judge(zones_[zone].zone, answer);
         if (verdict.outcome == Outcome::Listed) return ask_unlisted();
         if (verdict.outcome == Outcome::NotListed) {
           verdict = {Outcome::Error, {}, "does not list its test point " + points.listed};
         } else {
           verdict.meaning = "failed its self-test: " + verdict.meaning;
         }
         settle(test, false, std::move(verdict));
       });
}

}  // namespace hagaki::dnsbl
