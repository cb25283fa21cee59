#include "dry_run.h"

#include <algorithm>
#include <utility>

#include <fmt/core.h>

#include "base/digest.h"
#include "base/text.h"
#include "cli/table.h"
#include "cli/wrap.h"
#include "closing.h"
#include "delivery/standing.h"
#include "records/object.h"
#include "rules/admission_texts.h"
#include "store/journal_reader.h"

using namespace hagaki;

namespace {

constexpr std::size_t kSeed = 16;  // octets
constexpr std::size_t kExamples = 5;
constexpr std::size_t kMostDestinations = 20;
constexpr std::size_t kNumberWidth = 9;

std::string joined(const std::vector<std::string>& items) {
  std::string out;
  for (const std::string& item : items) out += (out.empty() ? "" : ", ") + item;
  return out;
}

/// The largest first.
std::vector<std::pair<std::string, std::uint64_t>> by_count(
    const std::map<std::string, std::uint64_t>& counts) {
  std::vector<std::pair<std::string, std::uint64_t>> out(counts.begin(), counts.end());
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) {
    return a.second != b.second ? a.second > b.second : a.first < b.first;
  });
  return out;
}

/// Whether a run would have a message for the recipient, or what it would be held for.
Result<void> try_to_make(MessageMaker& maker, const delivery::Recipient& recipient) {
  auto message = maker.render(recipient);
  if (!message) return tl::unexpected<Error>(message.error());
  return message->finish ? message->finish(message->data) : Result<void>();
}

/// Where a recipient's mail goes, as far as the record says.
std::string destination(const delivery::Recipient& recipient) {
  return recipient.address.domain().ascii();
}

}  // namespace

DryRun::DryRun(const Options& options) : options_(options), hasher_(random_bytes(kSeed)) {}

void DryRun::Tally::add(const std::string& address) {
  if (++count <= kExamples) first.push_back(address);
}

Result<void> DryRun::read_journal(Recipients& recipients) {
  std::vector<std::string> keys;
  // A Maildir has none.
  if (!options_.journal.empty() && options_.to_maildir.empty()) {
    const auto journal = store::JournalReader::open(options_.journal);
    if (!journal) return tl::unexpected<Error>(journal.error());
    if (*journal) {
      if ((*journal)->campaign() != options_.campaign) {
        return fail(ErrorCode::Config,
                    "journal belongs to campaign \"" + (*journal)->campaign() + '"',
                    options_.journal);
      }
      auto read = (*journal)->for_each([&](const store::JournalEntry& entry) {
        if (keys.size() < rules::kBulk) keys.push_back(entry.key);
        const bool done =
            delivery::leaves_alone(entry.standing, entry.event, options_.retry_uncertain);
        unfinished_ = unfinished_ || entry.standing != store::Standing::Done;
        seen_.insert(hasher_(entry.key)).first = {true, done, false};
      });
      if (!read) return read;
    }
  }
  recipients.begin_with(keys, [this](std::string_view key) {
    const Seen* seen = seen_.find(hasher_(key));
    return seen != nullptr && seen->known;
  });
  return {};
}

void DryRun::not_mailed(const Address& address, const std::vector<rules::Refusal>& refusals) {
  if (refusals.front().name.empty()) {
    ++duplicates_;
    return;
  }
  for (const rules::Refusal& refusal : refusals) {
    rules_[std::string(refusal.name)].add(address.text());
  }
}

void DryRun::go(Recipients& recipients, MessageMaker& maker, const Recipients::NotMailed& skip) {
  while (const auto recipient = recipients.next()) {
    Seen& seen = seen_.insert(hasher_(recipient->address.key())).first;
    if (std::exchange(seen.came, true)) {
      skip(recipient->address, {{"", std::string(delivery::kSameAddress)}});
    } else if (seen.done) {
      ++done_;
    } else if (const auto made = try_to_make(maker, *recipient); !made) {
      ++held_;
      held_for_.add(made.error().text());
    } else {
      ++would_send_;
      ++destinations_[destination(*recipient)];
    }
  }
}

std::vector<std::pair<std::string, std::uint64_t>> DryRun::counts(
    const Recipients& recipients) const {
  const auto& not_mailed = recipients.not_mailed();
  const auto lately = not_mailed.find("min-interval");
  return {{"would be mailed", would_send_},
          {"would be refused", recipients.refused()},
          {"mailed by other campaigns lately", lately == not_mailed.end() ? 0 : lately->second},
          {"done already, by the journal", done_},
          {"in the list before", duplicates_},
          {"would be held", held_},
          {"of no use: bad lines", recipients.bad()}};
}

std::string DryRun::summary(const Recipients& recipients) const {
  std::string out;
  std::uint64_t total = 0;
  for (const auto& [what, count] : counts(recipients)) {
    total += count;
    if (count > 0 || out.empty())
      out += fmt::format("{}{} {}", out.empty() ? "" : ", ", count, what);
  }
  return fmt::format("dry run: of {}, {}", counted(total, "line"), out);
}

std::string DryRun::text(const Recipients& recipients, std::size_t columns,
                         std::string_view language) const {
  std::string out = fmt::format("Dry run of campaign \"{}\": nothing is sent or written.\n\n",
                                printable(options_.campaign));
  for (const auto& [what, count] : counts(recipients)) {
    if (count > 0 || what == "would be mailed") {
      out += fmt::format("{:>{}} {}\n", count, kNumberWidth, what);
    }
  }
  if (needs_resume()) {
    out += "\nThe journal holds unfinished work of this campaign: a run needs --resume.\n";
  }
  if (!rules_.empty()) {
    cli::Table table({{"not mailed for", cli::Table::Align::Left, 18},
                      {"recipients", cli::Table::Align::Right, 10},
                      {"such as", cli::Table::Align::Left, 12}});
    for (const auto& [name, tally] : rules_) {
      std::string few = joined(tally.first);
      if (tally.count > tally.first.size()) few += ", …";
      table.row({name, std::to_string(tally.count), std::move(few)});
    }
    out += '\n' + table.text(columns, false);
  }
  if (held_ > 0) {
    cli::Table table(
        {{"held for", cli::Table::Align::Left, 18}, {"recipients", cli::Table::Align::Right, 10}});
    for (const auto& [reason, count] : held_for_.first()) {
      table.row({reason, std::to_string(count)});
    }
    if (held_for_.others() > 0) {
      table.row({"other reasons", std::to_string(held_for_.others())});
    }
    out += '\n' + table.text(columns, false);
  }
  std::string remedies;
  for (const rules::AdmissionText& rule : rules::admission_texts(language)) {
    if (rules_.contains(rule.name)) {
      remedies += cli::wrapped(rule.name + ": " + rule.remedy, 2, columns);
    }
  }
  if (!remedies.empty()) out += "\nWhat to do\n" + remedies;
  if (!recipients.forgiven().empty()) {
    out += fmt::format("\nForgiven, since they are fewer than {}: {}\n", rules::kBulk,
                       listed(recipients.forgiven()));
  }
  if (destinations_.empty()) return out;
  cli::Table table({{"mail would go to", cli::Table::Align::Left, 18},
                    {"recipients", cli::Table::Align::Right, 10}});
  const auto all = by_count(destinations_);
  for (std::size_t i = 0; i < std::min(all.size(), kMostDestinations); ++i) {
    table.row({all[i].first, std::to_string(all[i].second)});
  }
  out += '\n' + table.text(columns, false);
  if (all.size() > kMostDestinations) {
    out += fmt::format("… and {} more domains\n", all.size() - kMostDestinations);
  }
  return out;
}

std::string DryRun::record(const Recipients& recipients) const {
  const auto list = [](const auto& counts, std::string_view name) {
    std::vector<records::Object> out;
    for (const auto& [what, count] : counts) {
      records::Object object;
      object.add(name, what).add("recipients", static_cast<std::int64_t>(count));
      out.push_back(std::move(object));
    }
    return out;
  };
  const auto number = [](std::uint64_t n) { return static_cast<std::int64_t>(n); };
  std::map<std::string, std::uint64_t> rules;
  for (const auto& [name, tally] : rules_) rules[name] = tally.count;
  records::Object record;
  record.add("type", "dry-run")
      .add("v", 1)
      .add("campaign", options_.campaign)
      .add("time", now())
      .add("would_send", number(would_send_))
      .add("refused", number(recipients.refused()))
      .add("already_done", number(done_))
      .add("duplicates", number(duplicates_))
      .add("held", number(held_))
      .add("bad_lines", number(recipients.bad()))
      .add("unfinished", unfinished_)
      .add("held_for", list(held_for_.first(), "reason"))
      .add("rules", list(rules, "rule"))
      .add("forgiven", list(recipients.forgiven(), "rule"))
      .add("domains", list(by_count(destinations_), "domain"));
  return record.line();
}
