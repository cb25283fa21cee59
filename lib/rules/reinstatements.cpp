#include "rules/reinstatements.h"

#include <algorithm>

namespace hagaki::rules {
namespace {

bool is_wish(const FailedMessage& f) {
  return f.rule == FailedMessage::kComplaint || f.rule == FailedMessage::kUnsubscribe;
}

}  // namespace

void Reinstatements::of_recipient(std::uint64_t hash, Timestamp up_to, bool wishes) {
  Own& own = recipients_[hash];
  own.up_to = std::max(own.up_to, up_to);
  if (wishes) own.wishes_up_to = std::max(own.wishes_up_to.value_or(up_to), up_to);
}

void Reinstatements::of_receiver(std::uint32_t number, Timestamp up_to) {
  Timestamp& time = receivers_[number];
  time = std::max(time, up_to);
}

/// Up to when failures like this one are void.
std::optional<Timestamp> Reinstatements::up_to(const FailedMessage& f) const {
  const auto own =
      f.what.time == kUnknownTime ? recipients_.end() : recipients_.find(f.what.recipient);
  if (is_wish(f)) return own == recipients_.end() ? std::nullopt : own->second.wishes_up_to;
  std::optional<Timestamp> out;
  if (own != recipients_.end()) out = own->second.up_to;
  const auto receiver = receivers_.find(f.what.receiver);
  if (receiver != receivers_.end() && (!out || *out < receiver->second)) out = receiver->second;
  return out;
}

void Reinstatements::apply(std::vector<FailedMessage>& failures) const {
  if (recipients_.empty() && receivers_.empty()) return;
  std::erase_if(failures, [&](FailedMessage& f) {
    const auto time = up_to(f);
    if (!time || f.what.time > time->time_since_epoch().count()) return false;
    if (is_wish(f)) return true;
    f.rule = FailedMessage::kNoRule;
    f.block = 0;
    return false;
  });
}

}  // namespace hagaki::rules
