#pragma once

#include <optional>
#include <string>

#include "reason/explain.h"
#include "records/line.h"
#include "rules/decision.h"
#include "rules/hygiene.h"
#include "rules/stop.h"
#include "rules/suppression.h"

namespace hagaki::rules {

/// Puts one recipient after the other through all rules, in this order: syntax, suppression, stop
/// rules, domain, duplicates. The first that is against it decides; one that only tags lets the
/// later ones speak.
class Pruner {
 public:
  /// All three must outlive this; `stop` must be settled.
  Pruner(const Policy& policy, const Suppression& suppression, const StopRules& stop,
         KeyHasher hasher);

  /// Why this recipient gets no mail; nothing when it is kept. Action::Tag: it is kept, and this is
  /// what to mark it with.
  std::optional<Decision> judge(const records::Line& recipient);

 private:
  const Policy& policy_;
  const Suppression& suppression_;
  const StopRules& stop_;
  Duplicates duplicates_;
};

/// The record of `type` "pruned": who, by which rule, on what evidence, and under `record` the
/// recipient's line byte for byte. For Action::Notify also the recipient's `alt_email` and `phone`,
/// where it has them. Where `advisor` (may be null) knows the rule, `cause` and
/// `remedy` follow. Without line end.
std::string pruned_record(const records::Line& recipient, const Decision& decision,
                          const reason::Advisor* advisor);

}  // namespace hagaki::rules
