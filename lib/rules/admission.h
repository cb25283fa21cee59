#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "base/time.h"
#include "rules/consent.h"

namespace hagaki::rules {

/// From how many recipients on a campaign must show why it may go out. To fewer, what is merely
/// absent is forgiven.
inline constexpr std::size_t kBulk = 50;

/// Counts recipients up to kBulk by canonical key: the same address twice is one.
class Headcount {
 public:
  void count(std::string_view key);
  [[nodiscard]] bool is_bulk() const { return bulk_; }

 private:
  std::unordered_set<std::string> keys_;
  bool bulk_ = false;
};

/// What the rules say of one recipient.
struct Verdict {
  std::vector<Refusal> refusals;  ///< the gravest first; none: may be mailed
  /// The refusals hold in bulk only.
  bool in_bulk_only = false;
  /// Mailed on what the sender asserts for the whole list.
  bool on_assertion = false;
};

/// Says who may be mailed by this campaign.
class Admission {
 public:
  struct Settings {
    ConsentRules consent = ConsentRules::builtin();
    bool transactional = false;  ///< only "generated" is refused
    bool allow_published =
        false;                    ///< addresses from web pages, where the record shows what it must
    bool asserted = false;        ///< the sender asserts a basis for who has none
    std::vector<Refusal> faults;  ///< of the campaign itself: they hold for everybody in bulk
    Timestamp now{};
  };
  explicit Admission(Settings settings) : settings_(std::move(settings)) {}

  /// Refused whatever the number: "generated" (JP Act 26 of 2002, Art. 6; 15 U.S.C.
  /// 7704(b)(1)(A)(ii)) and what ConsentRules::forbids(). In bulk: "from-web" (15 U.S.C.
  /// 7704(b)(1)(A)(i)), what ConsentRules::lacks(), and the campaign's own faults.
  [[nodiscard]] Verdict judge(const ConsentFacts& facts) const;

 private:
  [[nodiscard]] std::string untraced(const ConsentFacts& facts) const;
  Settings settings_;
};

}  // namespace hagaki::rules
