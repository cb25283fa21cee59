#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "reason/explain.h"
#include "records/line.h"
#include "rules/decision.h"
#include "rules/duplicates.h"
#include "rules/hygiene.h"
#include "rules/look_alike.h"
#include "rules/stop.h"
#include "rules/suppression.h"

namespace hagaki::rules {

/// What Pruner is told besides the policy.
struct PruneOptions {
  Syntax syntax = Syntax::Smtp;
  SameAddress duplicates = SameAddress::Fold;
  /// nullptr = the built-in list; else it must outlive the Pruner.
  const DisposableDomains* disposable = nullptr;
  /// Who engaged last before this is inactive; nothing = nobody is asked.
  std::optional<Timestamp> engaged_since;
  /// Looks for other spellings of unknown addresses; nullptr = none are looked for.
  LookAlikes* look_alikes = nullptr;
};

/// Puts one recipient after the other through all rules, in this order: syntax, suppression, stop
/// rules, domain, hygiene, duplicates. The first that is against it decides; a rule that only tags
/// lets the later ones speak.
class Pruner {
 public:
  /// All three must outlive this; `stop` must be settled.
  Pruner(const Policy& policy, const Suppression& suppression, const StopRules& stop,
         KeyHasher hasher, const PruneOptions& options = {});

  /// Begins with what judge() will need for this recipient, who must be the next one it is asked
  /// for, so that memory can bring it meanwhile. Need not be called.
  void expect(const records::Line& recipient);

  /// Why this recipient gets no mail; nothing when it is kept. Action::Tag: it is kept, and this is
  /// what to mark it with.
  std::optional<Decision> judge(const records::Line& recipient);

  /// The domain (A-label) of the recipient judged last; empty where its address is none.
  [[nodiscard]] std::string_view domain() const;

  /// Recipients that --inactive could not judge.
  [[nodiscard]] std::uint64_t never_engaged() const { return hygiene_.without_engagement(); }

 private:
  /// What is asked of an address first.
  struct Begun {
    const char* of = nullptr;               // the recipient's line
    std::optional<AddressReading> reading;  // kept for its memory
    std::optional<Error> error;
    std::uint64_t hash = 0;  // of the canonical key
  };

  void begin(Begun& begun, const records::Line& recipient);
  std::optional<Decision> find_stop(const Address& address, const records::Line& recipient);

  const Policy& policy_;
  const Suppression& suppression_;
  const StopRules& stop_;
  PruneOptions options_;
  Hygiene hygiene_;
  Duplicates duplicates_;
  KeyHasher hasher_;
  Begun begun_[2];
  std::size_t judged_ = 0;  // the one of begun_ that judge() used
};

/// The member that marks a recipient who is passed on all the same: "prune":{"rule":…,"action":…},
/// with `until` where there is one. For Line::with().
std::string prune_mark(const Decision& decision);

/// The word under which reason::Advisor has advice on a rule; empty where there is none to give.
std::string_view advice_word(std::string_view rule);

/// The record of `type` "pruned": who, by which rule, on what evidence, and under `record` the
/// recipient's line byte for byte. For Action::Notify also the recipient's `alt_email` and `phone`,
/// where it has them. Where `advisor` (may be null) knows the rule, `cause` and
/// `remedy` follow. Without line end.
std::string pruned_record(const records::Line& recipient, const Decision& decision,
                          const reason::Advisor* advisor);

}  // namespace hagaki::rules
