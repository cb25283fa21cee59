#include "rules/prune.h"

#include "records/object.h"

namespace hagaki::rules {

Pruner::Pruner(const Policy& policy, const Suppression& suppression, const StopRules& stop,
               KeyHasher hasher)
    : policy_(policy), suppression_(suppression), stop_(stop), duplicates_(hasher) {}

std::optional<Decision> Pruner::judge(const records::Line& recipient) {
  const auto address = Address::parse(recipient.email());
  if (!address) return bad_syntax(address.error());
  if (auto found = suppression_.find(*address)) return found;
  if (auto found = stop_.find(address->key())) return found;
  if (auto found = undeliverable(policy_, recipient)) return found;
  return duplicates_.note(*address);
}

std::string pruned_record(const records::Line& recipient, const Decision& decision) {
  records::Object head;
  head.add("type", "pruned");
  head.add("v", 1);
  head.add("email", recipient.email());
  head.add("rule", decision.rule);
  head.add("action", decision.action == Action::Drop ? "drop" : "hold");
  head.add("until", decision.until);

  // The rest is JSON already; taking it through a parser could change what must stay as it was.
  std::string out = head.line();
  out.pop_back();
  out += ",\"evidence\":[";
  for (std::size_t i = 0; i < decision.evidence.size(); ++i) {
    if (i > 0) out += ',';
    out += decision.evidence[i];
  }
  out += "],\"record\":";
  out += recipient.raw();
  out += '}';
  return out;
}

}  // namespace hagaki::rules
