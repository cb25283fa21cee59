// How StopRules puts what it was told in order, and finds the floods of refusals in it.
#include <algorithm>
#include <span>
#include <tuple>
#include <utility>

#include "rules/block_words.h"
#include "rules/refusal_days.h"
#include "rules/stop.h"

namespace hagaki::rules {
namespace {

/// What messages are put in order by.
auto order(const SentMessage& m) {
  return std::tie(m.recipient, m.time, m.message, m.campaign);
}

bool before(const SentMessage& a, const SentMessage& b) {
  return order(a) < order(b);
}

/// Sorts a range of deliveries and leaves each once; returns its new end.
template <class Iterator>
Iterator sort_once(Iterator begin, Iterator end) {
  std::sort(begin, end, before);
  return std::unique(
      begin, end, [](const SentMessage& a, const SentMessage& b) { return order(a) == order(b); });
}

}  // namespace

HashSet StopRules::failed() const {
  HashSet out;
  for (const auto& f : failures_) out.insert(f.what.recipient);
  return out;
}

/// Puts failures in order, each once, and finds the days of refusals by the deliveries of those who
/// have failures, which stand before all others then.
void StopRules::prepare() {
  if (std::exchange(prepared_, true)) return;
  // Everything takes part in the order, so that the order of the input does not.
  const auto all_of = [](const FailedMessage& f) {
    return std::tuple_cat(order(f.what), std::tie(f.rule, f.bounce, f.may_be_block));
  };
  std::sort(failures_.begin(), failures_.end(),
            [&](const auto& a, const auto& b) { return all_of(a) < all_of(b); });
  const auto once =
      std::unique(failures_.begin(), failures_.end(),
                  [&](const auto& a, const auto& b) { return all_of(a) == all_of(b); });
  failures_.erase(once, failures_.end());
  const HashSet failed = this->failed();
  const auto rest =
      std::partition(deliveries_.begin(), deliveries_.end(),
                     [&](const SentMessage& d) { return failed.find(d.recipient) != nullptr; });
  const auto end = sort_once(deliveries_.begin(), rest);
  (void)find_refusal_days(policy_, failures_, std::span(deliveries_.begin(), end));
  of_failed_ = static_cast<std::size_t>(end - deliveries_.begin());
  deliveries_.erase(end, rest);
}

std::vector<std::uint32_t> StopRules::suspects() {
  prepare();
  return suspected(policy_, failures_, counted_);
}

bool StopRules::is_at(std::string_view domain, const std::vector<std::uint32_t>& receivers) {
  return std::binary_search(receivers.begin(), receivers.end(), receivers_.of_domain(domain));
}

/// Marks the failures that are a receiver's refusal of us all, and leaves only the deliveries of
/// recipients that have failures: the others, most, have nothing to be judged. After prepare().
void StopRules::find_blocks() {
  const auto suspects = suspected(policy_, failures_, counted_);
  const auto others = deliveries_.begin() + static_cast<std::ptrdiff_t>(of_failed_);
  const auto at_suspects = std::remove_if(others, deliveries_.end(), [&](const SentMessage& d) {
    return !std::binary_search(suspects.begin(), suspects.end(), d.receiver);
  });
  deliveries_.erase(sort_once(others, at_suspects), deliveries_.end());
  if (suspects.empty()) return;
  std::sort(deliveries_.begin(), deliveries_.end(), before);
  const auto taken_back = find_refusal_days(policy_, failures_, deliveries_);
  for (const auto& b :
       mark_blocks(policy_, suspects, failures_, deliveries_, taken_back, counted_)) {
    BlockFound found;
    found.receiver = receivers_.name(b.receiver);
    found.numbers = b;
    block_evidence_.push_back(block_evidence(found));
    blocks_.push_back(std::move(found));
  }
  const HashSet failed = this->failed();
  std::erase_if(deliveries_,
                [&](const SentMessage& d) { return failed.find(d.recipient) == nullptr; });
}

std::vector<BlockFound> StopRules::blocks() const {
  std::vector<BlockFound> out;
  for (const auto& b : blocks_) {
    if (b.held > 0) out.push_back(b);
  }
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) {
    return std::tie(a.receiver, a.numbers.day) < std::tie(b.receiver, b.numbers.day);
  });
  return out;
}

}  // namespace hagaki::rules
