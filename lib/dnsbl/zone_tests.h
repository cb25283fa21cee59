#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "dnsbl/selection.h"
#include "dnsbl/verdict.h"
#include "dnsbl/zone_asker.h"

namespace hagaki::dnsbl {

/// The name to ask `asked` about `question`, with its key; empty where it would be too long.
std::string question_name(std::string_view question, const AskedZone& asked);

/// True when somebody answered, whatever it was.
bool is_word(const dns::Answer& answer);

/// Whether lists can be believed: asks them for their test points (RFC 5782 §5), for each kind of
/// target by itself, and remembers what came of it.
class ZoneTests {
 public:
  /// What is known about a zone's test points for one kind, and who waits to hear it.
  struct Tested {
    bool asked = false;
    bool known = false;
    bool passed = false;
    bool silent = false;  ///< nobody answered
    bool again = false;   ///< is to be asked once more before anybody hears of it
    Verdict verdict;      ///< of a failed test
    std::vector<std::function<void()>> waiting;
  };
  /// Puts a question to a zone before others.
  using Ask = std::function<void(std::size_t zone, const std::string& name, ZoneAsker::Done)>;

  /// `zones` must outlive it.
  ZoneTests(const std::vector<AskedZone>& zones, Ask ask);

  /// Calls `then` once it is known whether `zone` lists what it must not.
  void guard(std::size_t zone, Kind kind, std::function<void()> then);
  [[nodiscard]] const Tested& guard_of(std::size_t zone, Kind kind) const {
    return guards_[slot(zone, kind)];
  }
  /// Forgets that the guard was passed: the next guard() asks again. While it is being asked, who
  /// waits for it waits for another question after it. Where the zone has the test
  /// points of the standard it asks about another entry that no list may have, picked by `seed`,
  /// for resolvers keep the answer about the usual one. False, and nothing, where it was never
  /// asked.
  bool renew(std::size_t zone, Kind kind, std::uint64_t seed);

  /// Calls `then` once `zone` has passed or failed both its test points, which it has.
  void self_test(std::size_t zone, Kind kind, std::function<void()> then);
  [[nodiscard]] const Tested& self_test_of(std::size_t zone, Kind kind) const {
    return self_tests_[slot(zone, kind)];
  }

 private:
  static std::size_t slot(std::size_t zone, Kind kind) {
    return zone * kAllKinds.size() + static_cast<std::size_t>(kind);
  }
  static void settle(Tested& test, bool passed, Verdict verdict);
  void ask_guard(std::size_t zone, Kind kind);

  const std::vector<AskedZone>& zones_;
  Ask ask_;
  std::vector<Tested> guards_;      ///< does the zone list what it must not?
  std::vector<Tested> self_tests_;  ///< does the zone pass both test points?
  std::vector<std::uint64_t> seeds_;
};

/// An entry of `kind` that no list may have: an address in 127.0.0.0/8 away from the test points in
/// use, or a domain below .invalid (RFC 6761 §6.4).
std::string unlisted_point(Kind kind, std::uint64_t seed);

}  // namespace hagaki::dnsbl
