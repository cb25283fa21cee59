#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "records/event.h"
#include "rules/block_found.h"
#include "rules/decision.h"
#include "rules/hash_table.h"
#include "rules/key_hash.h"
#include "rules/policy.h"
#include "rules/receiver_numbers.h"
#include "rules/reinstatements.h"
#include "rules/stop_blocks.h"
#include "rules/stop_judge.h"

namespace hagaki::rules {

/// What a recipient of an event is found again by: the canonical key of `email`, or what comes
/// nearest where it is no address, since it was mailed whatever it looks like.
std::string recipient_key(std::string_view email);

/// Decides from what came back who gets no further mail.
///
/// Events may come in any order and more than once: they are put in order of time, and one message
/// counts once for a rule, whether its failure was seen live, came back as a bounce, or both.
///
/// **What a delivery proves.** "delivered" says that the next server took the message; a relay
/// takes everything and bounces later. So a delivery begins the row anew only when no failure of
/// the same message follows it. "Same message" is the same `message_id`; where either lacks one,
/// the same `campaign`; where that leads to none either, the failure is taken to belong to the
/// last delivery before it, unless both name a message. A bounce that takes a delivery back counts
/// from that delivery's time at the earliest, and may be dated up to an hour before it, since the
/// clock that wrote it is not ours.
///
/// **What never counts:** deferrals and delays, vacation replies, and reasons without a rule
/// (content, size, rate, policy and reputation refusals by default). A bounce for such a reason
/// still takes the delivery of its message back. An event without `time` stands before all others.
///
/// A person who engaged after the failures lives as well: find() is told of it, and failures before
/// it do not count.
///
/// **Blocks.** Where a receiver's refusals of a day jump against its own past (BlockFinder), they
/// are no word on the addresses, whatever they say: none of them counts for a rule. Those
/// recipients are held for a time by the rule "stop.block"; a later delivery, or
/// reinstate_receiver(), ends it.
///
/// Complaints and unsubscriptions hold for ever.
class StopRules {
 public:
  /// `policy` must outlive this.
  StopRules(const Policy& policy, KeyHasher hasher);

  /// Takes in one event. `line` is the record it was read from and `where` its "file:line", both
  /// kept only as evidence.
  void add(const records::Event& event, const records::Line& line, std::string_view where);
  /// The same with evidence that was made before: one JSON object, or nothing for a delivery.
  void add(const records::Event& event, std::string_view evidence);

  /// The receivers (provider ids, domains) that refused so many on some day that it may be a block.
  /// Whoever does not add() all deliveries must then tell by count_answers() of the recipients
  /// there who never failed. Call when all failures have been added.
  /// Numbers of this object's own, in order.
  [[nodiscard]] std::vector<std::uint32_t> suspects();
  /// Whether one of these receivers takes the mail of `domain` (A-label, lower case).
  [[nodiscard]] bool is_at(std::string_view domain, const std::vector<std::uint32_t>& receivers);

  /// Takes in answers of a day that are kept as counters: of the recipients with an address in
  /// `domain` (A-label, lower case), so many were delivered to on the day of `time` and so many
  /// others refused by a reason of may_be_block(). Only recipients none of whose events are given
  /// to add().
  void count_answers(std::string_view domain, Timestamp time, std::uint64_t taken,
                     std::uint64_t refused);

  enum class Wishes { Stay, Void };
  /// What failed for this recipient up to `up_to` does not count any more, holds for it end; what
  /// the person wished (complaint, unsubscription) only with Wishes::Void.
  void reinstate(std::string_view email, Timestamp up_to, Wishes wishes = Wishes::Stay);
  /// The same for all recipients of a receiver, named by provider id or a domain; a domain of a
  /// provider stands for the whole provider. Wishes stay, failures without a time do not.
  void reinstate_receiver(std::string_view receiver, Timestamp up_to);

  /// Judges all recipients as of `now` (which only holds depend on). Call once, after the last
  /// add().
  void settle(Timestamp now);

  /// The decision against the recipient with this canonical key; nothing when it may be mailed.
  /// `engaged` is when the person last opened, clicked or answered, where it is known; a time to
  /// come proves nothing.
  [[nodiscard]] std::optional<Decision> find(std::string_view key,
                                             std::optional<Timestamp> engaged = {}) const;
  /// The same; `engaged` is asked only where something is against the recipient.
  using Engaged = std::function<std::optional<Timestamp>()>;
  [[nodiscard]] std::optional<Decision> find(std::string_view key, const Engaged& engaged) const;

  /// The blocks for which recipients are held, by name of the receiver and day.
  [[nodiscard]] std::vector<BlockFound> blocks() const;

  /// Recipients that are stopped.
  [[nodiscard]] std::size_t size() const { return stopped_.size(); }

 private:
  using Text = FailedMessage::Text;
  struct Verdict {
    std::uint32_t first = 0;  // in kept_
    std::uint16_t count = 0;
    std::uint16_t rule = FailedMessage::kNoRule;
    std::int64_t last = 0;
    std::int64_t undone_by = 0;
    std::uint32_t block = 0;  // the last one, from 1
    bool more = false;        // the next in verdicts_ is of the same recipient
  };

  void prepare();
  void find_blocks();
  [[nodiscard]] HashSet failed() const;
  bool take(const records::Event& event);
  [[nodiscard]] std::uint64_t hash_of(char kind, std::string_view text) const;
  std::uint32_t campaign_number(std::string_view name);
  Text keep(std::string_view text);
  void keep(std::uint64_t recipient, const std::vector<StopVerdict>& verdicts);
  [[nodiscard]] Decision decision(const Verdict& verdict) const;

  const Policy& policy_;
  KeyHasher hasher_;
  Timestamp settled_{};
  bool prepared_ = false;  // by prepare(), since the last add()
  std::vector<SentMessage> deliveries_;
  std::size_t of_failed_ = 0;  // after prepare(): the first ones, of those who have failures
  std::vector<FailedMessage> failures_;
  HashTable<std::uint32_t> campaigns_;  // number by hash
  ReceiverNumbers receivers_;
  std::vector<CountedAnswers> counted_;
  Reinstatements reinstated_;
  std::vector<BlockFound> blocks_;
  std::vector<std::string> block_evidence_;  // of each
  std::string texts_;                        // evidence of all failures, one behind the other
  std::vector<Text> kept_;
  std::vector<Verdict> verdicts_;
  HashTable<std::uint32_t> stopped_;  // the first in verdicts_
};

}  // namespace hagaki::rules
