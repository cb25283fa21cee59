#include "rules/prune.h"

#include <utility>

#include "base/loose_time.h"
#include "records/object.h"
#include "rules/mistyped.h"

namespace hagaki::rules {
namespace {

/// When the person last opened, clicked or answered; nothing where the list does not say so.
std::optional<Timestamp> last_engaged(const records::Line& recipient) {
  const auto text = recipient.string("last_engaged_at");
  return text ? parse_loose_time(*text) : std::nullopt;
}

}  // namespace

Pruner::Pruner(const Policy& policy, const Suppression& suppression, const StopRules& stop,
               KeyHasher hasher, const PruneOptions& options)
    : policy_(policy),
      suppression_(suppression),
      stop_(stop),
      options_(options),
      hygiene_(policy.hygiene,
               options.disposable ? *options.disposable : DisposableDomains::builtin(),
               options.engaged_since),
      duplicates_(hasher, options.duplicates),
      hasher_(hasher) {}

void Pruner::begin(Begun& begun, const records::Line& recipient) {
  const auto email = recipient.email();
  begun.of = recipient.raw().data();
  begun.error.reset();
  if (begun.reading && begun.reading->address.assign_plain(email)) {
    begun.reading->obsolete = false;
  } else if (auto read = read_address(email, options_.syntax)) {
    begun.reading = std::move(*read);
  } else {
    begun.reading.reset();
    begun.error = std::move(read.error());
    return;
  }
  begun.hash = hasher_(begun.reading->address.key());
  suppression_.expect(begun.hash);
  duplicates_.expect(begun.hash);
}

void Pruner::expect(const records::Line& recipient) {
  begin(begun_[1 - judged_], recipient);
}

std::optional<Decision> Pruner::judge(const records::Line& recipient) {
  judged_ = 1 - judged_;
  Begun& begun = begun_[judged_];
  if (std::exchange(begun.of, nullptr) != recipient.raw().data()) begin(begun, recipient);
  begun.of = nullptr;
  if (begun.error) return bad_syntax(*begun.error, recipient.email());
  const Address& address = begun.reading->address;
  if (auto found = suppression_.find(address, begun.hash)) return found;
  auto stopped = find_stop(address, recipient);
  if (stopped && stopped->action != Action::Tag) return stopped;
  if (auto found = undeliverable(policy_, recipient)) {
    if (const auto meant = mistyped_domain(address.domain().ascii())) {
      suggest(*found, std::string(address.local()) + "@" + meant->domain);
    }
    return found;
  }
  auto doubt = hygiene_.judge(*begun.reading, recipient);
  if (doubt && doubt->action != Action::Tag) return doubt;
  if (auto found = duplicates_.note(address, begun.hash)) return found;
  if (options_.look_alikes && options_.look_alikes->any()) {
    options_.look_alikes->seen(address.key());
  }
  return stopped ? stopped : doubt;
}

std::optional<Decision> Pruner::find_stop(const Address& address, const records::Line& recipient) {
  if (stop_.size() == 0) return std::nullopt;
  auto found = stop_.find(address.key(), [&] { return last_engaged(recipient); });
  if (found && found->rule == "stop.userunknown" && options_.look_alikes) {
    if (const auto other = options_.look_alikes->find(address.key())) suggest(*found, *other);
  }
  return found;
}

std::string_view Pruner::domain() const {
  const auto& reading = begun_[judged_].reading;
  return reading ? std::string_view(reading->address.domain().ascii()) : std::string_view();
}

std::string_view advice_word(std::string_view rule) {
  if (rule == "stop.complaint") return "feedback";
  if (rule == "hygiene.no-domain") return "hostunknown";
  if (rule == "hygiene.null-mx" || rule == "hygiene.no-mail-host") return "notaccept";
  constexpr std::string_view kHygiene = "hygiene.";
  if (rule.starts_with(kHygiene)) return rule.substr(kHygiene.size());
  constexpr std::string_view kStop = "stop.";
  return rule.starts_with(kStop) ? rule.substr(kStop.size()) : std::string_view();
}

std::string prune_mark(const Decision& decision) {
  records::Object mark;
  mark.add("rule", decision.rule).add("action", name_of(decision.action));
  mark.add("until", decision.until);
  return "\"prune\":" + mark.line();
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
  out += ",\"evidence\":" + evidence_array(decision) + ",\"record\":";
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
