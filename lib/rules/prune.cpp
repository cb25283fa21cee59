#include "rules/prune.h"

#include "records/object.h"

namespace hagaki::rules {
namespace {

/// The word under which advice on a rule is found; empty where there is none to give.
std::string_view advice_word(std::string_view rule) {
  if (rule == "stop.complaint") return "feedback";
  if (rule == "hygiene.no-domain") return "hostunknown";
  if (rule == "hygiene.null-mx" || rule == "hygiene.no-mail-host") return "notaccept";
  constexpr std::string_view kStop = "stop.";
  return rule.starts_with(kStop) ? rule.substr(kStop.size()) : std::string_view();
}

std::string_view name_of(Action action) {
  switch (action) {
    case Action::Hold:
      return "hold";
    case Action::Notify:
      return "notify";
    case Action::Tag:
      return "tag";
    case Action::Drop:
      break;
  }
  return "drop";
}

/// When the person last opened, clicked or answered; nothing where the list does not say so.
std::optional<Timestamp> last_engaged(const records::Line& recipient) {
  const auto text = recipient.string("last_engaged_at");
  return text ? parse_rfc3339(*text) : std::nullopt;
}

}  // namespace

Pruner::Pruner(const Policy& policy, const Suppression& suppression, const StopRules& stop,
               KeyHasher hasher)
    : policy_(policy), suppression_(suppression), stop_(stop), duplicates_(hasher) {}

std::optional<Decision> Pruner::judge(const records::Line& recipient) {
  const auto address = Address::parse(recipient.email());
  if (!address) return bad_syntax(address.error());
  if (auto found = suppression_.find(*address)) return found;
  auto stopped = stop_.find(address->key(), last_engaged(recipient));
  if (stopped && stopped->action != Action::Tag) return stopped;
  if (auto found = undeliverable(policy_, recipient)) return found;
  if (auto found = duplicates_.note(*address)) return found;
  return stopped;
}

std::string pruned_record(const records::Line& recipient, const Decision& decision,
                          const reason::Advisor* advisor) {
  records::Object head;
  head.add("type", "pruned");
  head.add("v", 1);
  head.add("email", recipient.email());
  head.add("rule", decision.rule);
  head.add("action", name_of(decision.action));
  head.add("until", decision.until);
  if (decision.action == Action::Notify) {
    for (const std::string_view way : {"alt_email", "phone"}) head.add(way, recipient.string(way));
  }

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
  if (const auto* advice = advisor ? advisor->find(advice_word(decision.rule)) : nullptr) {
    records::Object words;
    words.add("cause", advice->cause).add("remedy", advice->remedy);
    out += ',' + words.fragment();
  }
  out += '}';
  return out;
}

}  // namespace hagaki::rules
