#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "held_reasons.h"
#include "message_maker.h"
#include "options.h"
#include "recipients.h"
#include "rules/hash_table.h"
#include "rules/key_hash.h"

/// A campaign that is only told of: reads the whole list, asks all rules and the journal, makes
/// each message, and sends and writes nothing.
class DryRun {
 public:
  explicit DryRun(const Options& options);

  /// Reads the campaign's journal, where there is one, without touching it, and tells `recipients`.
  /// Error::Config when it belongs to another campaign.
  hagaki::Result<void> read_journal(Recipients& recipients);

  /// Takes note of one who is not mailed.
  void not_mailed(const hagaki::Address& address,
                  const std::vector<hagaki::rules::Refusal>& refusals);
  /// Goes through the list. `skip` hears of each address that came before, as the recipients' own
  /// callback does of whom they hold back, and tells not_mailed().
  void go(Recipients& recipients, MessageMaker& maker, const Recipients::NotMailed& skip);

  /// The account for a person, `columns` wide, what to do in `language`.
  [[nodiscard]] std::string text(const Recipients& recipients, std::size_t columns,
                                 std::string_view language) const;
  /// The same as one record of type "dry-run".
  [[nodiscard]] std::string record(const Recipients& recipients) const;
  /// "dry run: of 120 lines, 67 would be mailed, 50 would be refused, …"
  [[nodiscard]] std::string summary(const Recipients& recipients) const;
  /// What recipients would be held for.
  [[nodiscard]] const HeldReasons& held() const { return held_for_; }
  /// Whether a run would be refused, since the journal has work for --resume.
  [[nodiscard]] bool needs_resume() const { return unfinished_ && !options_.resume; }

 private:
  /// How many something concerns, and the first of them.
  struct Tally {
    std::uint64_t count = 0;
    std::vector<std::string> first;
    void add(const std::string& address);
  };
  struct Seen {
    bool known = false;  // by the journal
    bool done = false;
    bool came = false;  // up in the input
  };
  [[nodiscard]] std::vector<std::pair<std::string, std::uint64_t>> counts(
      const Recipients& recipients) const;

  const Options& options_;
  hagaki::rules::KeyHasher hasher_;
  hagaki::rules::HashTable<Seen> seen_;
  std::map<std::string, Tally> rules_;  // by Refusal::name
  HeldReasons held_for_;
  std::map<std::string, std::uint64_t> destinations_;
  std::uint64_t would_send_ = 0;
  std::uint64_t done_ = 0;
  std::uint64_t duplicates_ = 0;
  std::uint64_t held_ = 0;
  bool unfinished_ = false;  // the journal has work that a run without --resume would refuse
};
