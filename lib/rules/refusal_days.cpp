#include "rules/refusal_days.h"

#include <algorithm>
#include <optional>
#include <span>
#include <unordered_map>

namespace hagaki::rules {
namespace {

constexpr std::size_t kFew = 16;                        // deliveries
constexpr std::int64_t kLongestWay = 7 * 86'400'000LL;  // of a bounce without a name, ms

/// The deliveries of one recipient, found by the bounces that take them back.
class Deliveries {
 public:
  explicit Deliveries(std::span<const SentMessage> own) : own_(own) {}

  /// The last one that `f` may take back, by the name of its message or, where there is none, the
  /// last before it.
  [[nodiscard]] std::optional<std::size_t> taken_back_by(const FailedMessage& f) {
    const std::int64_t latest = f.what.time + kClockSkew;
    if (own_.size() <= kFew) return among_few(f, latest);
    index();
    if (const auto at = by_message_.find(f.what.message);
        f.what.message != 0 && at != by_message_.end()) {
      return at->second;
    }
    if (const auto at = by_campaign_.find(f.what.campaign);
        f.what.campaign != 0 && at != by_campaign_.end()) {
      const auto& places = at->second;
      auto it = std::upper_bound(
          places.begin(), places.end(), latest,
          [this](std::int64_t time, std::size_t i) { return time < own_[i].time; });
      while (it != places.begin()) {
        --it;
        if (!f.what.message || !own_[*it].message) return *it;
      }
      return std::nullopt;
    }
    return last_before(f, latest);
  }

 private:
  /// The same without an index, which takes longer to make than to go through a few.
  [[nodiscard]] std::optional<std::size_t> among_few(const FailedMessage& f,
                                                     std::int64_t latest) const {
    std::optional<std::size_t> by_campaign;
    bool named = false;
    for (std::size_t i = own_.size(); i-- > 0;) {
      const auto& d = own_[i];
      if (f.what.message && d.message == f.what.message) return i;
      if (!f.what.campaign || d.campaign != f.what.campaign) continue;
      named = true;
      if (!by_campaign && d.time <= latest && !(f.what.message && d.message)) by_campaign = i;
    }
    return named ? by_campaign : last_before(f, latest);
  }

  /// The last delivery before a bounce that no name leads from.
  [[nodiscard]] std::optional<std::size_t> last_before(const FailedMessage& f,
                                                       std::int64_t latest) const {
    const auto after =
        std::upper_bound(own_.begin(), own_.end(), latest,
                         [](std::int64_t time, const SentMessage& d) { return time < d.time; });
    if (after == own_.begin()) return std::nullopt;
    const auto& last = *(after - 1);
    const bool told_apart = f.what.message && last.message;
    if (told_apart || last.time < f.what.time - kLongestWay) return std::nullopt;
    return static_cast<std::size_t>(after - 1 - own_.begin());
  }

  void index() {
    if (indexed_) return;
    indexed_ = true;
    for (std::size_t i = 0; i < own_.size(); ++i) {
      if (own_[i].message) by_message_[own_[i].message] = i;
      if (own_[i].campaign) by_campaign_[own_[i].campaign].push_back(i);
    }
  }

  std::span<const SentMessage> own_;
  bool indexed_ = false;
  std::unordered_map<std::uint64_t, std::size_t> by_message_;
  std::unordered_map<std::uint64_t, std::vector<std::size_t>> by_campaign_;
};

}  // namespace

std::vector<bool> find_refusal_days(const Policy& policy, std::span<FailedMessage> failures,
                                    std::span<const SentMessage> deliveries) {
  std::vector<bool> taken_back(deliveries.size(), false);
  auto delivery = deliveries.begin();
  for (auto first = failures.begin(); first != failures.end();) {
    const auto recipient = first->what.recipient;
    while (delivery != deliveries.end() && delivery->recipient < recipient) ++delivery;
    const auto begin = delivery;
    while (delivery != deliveries.end() && delivery->recipient == recipient) ++delivery;
    Deliveries own(std::span(begin, delivery));
    for (; first != failures.end() && first->what.recipient == recipient; ++first) {
      if (first->what.time == kUnknownTime) continue;
      first->day = day_of(policy, first->what.time);
      if (!first->bounce || begin == delivery) continue;
      const auto found = own.taken_back_by(*first);
      const auto at = found ? begin + static_cast<std::ptrdiff_t>(*found) : delivery;
      if (at == delivery || at->time == kUnknownTime) continue;
      taken_back[static_cast<std::size_t>(at - deliveries.begin())] = true;
      first->day = std::min(first->day, day_of(policy, at->time));
    }
  }
  return taken_back;
}

}  // namespace hagaki::rules
