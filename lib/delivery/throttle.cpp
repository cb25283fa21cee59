#include "delivery/throttle.h"

#include <algorithm>
#include <cassert>
#include <iterator>
#include <utility>

namespace hagaki::delivery {

using std::chrono::milliseconds;

namespace {

/// Whether messages that are under way have an outcome is seen to so often.
constexpr milliseconds kLookAgain{100};
/// And so often, whether other processes gave back what they did not use of a quota.
constexpr milliseconds kAskAgain = std::chrono::minutes{1};

}  // namespace

Throttle::Throttle(const rules::Limits& limits, const std::string& name, store::Quotas* quotas)
    : name_(name),
      connections_(limits.connections),
      messages_per_connection_(limits.messages_per_connection),
      gate_(limits.rates) {
  assert(quotas || limits.quotas.empty());
  if (limits.quotas.empty()) return;
  allowance_.emplace(*quotas, name, limits.quotas);
  most_under_way_ = std::max(store::Quotas::portion(limits.quotas), kUnderWay);
}

/// As far as it is known without a look into the file.
milliseconds Throttle::wait(milliseconds now) const {
  if (now < quota_opens_ && now < ask_again_) return quota_opens_ - now;
  return gate_.wait(now);
}

void Throttle::note_wait(milliseconds now, milliseconds wait) {
  if (now < quota_opens_) {
    turned_away_ = true;
  } else {
    rate_opens_ = now + wait;
  }
}

Result<Throttle::Answer> Throttle::take(std::initializer_list<Throttle*> all, const Moment& now,
                                        Places& places) {
  Answer answer;
  for (auto* one : all) {
    const auto wait = one->wait(now.loop);
    if (wait <= answer.wait) continue;
    answer = {one, wait};
    one->note_wait(now.loop, wait);
  }
  if (answer.by) return answer;
  for (auto* one : all) {
    if (!one->allowance_ || one->under_way_ < one->most_under_way_) continue;
    one->turned_away_ = true;
    return Answer{one, kLookAgain};
  }
  const auto before = places.size();
  for (auto* one : all) {
    if (!one->allowance_) continue;
    auto taken = one->allowance_->take(now.clock);
    if (taken && *taken) {
      ++one->under_way_;
      one->quota_opens_ = {};
      places.push_back({one->shared_from_this(), std::move(*taken)});
      continue;
    }
    Places in_vain(std::make_move_iterator(places.begin() + static_cast<std::ptrdiff_t>(before)),
                   std::make_move_iterator(places.end()));
    places.resize(before);
    put_back(in_vain);
    if (!taken) return tl::unexpected(taken.error());
    const auto next = one->allowance_->next(now.clock);
    if (!next) return tl::unexpected(next.error());
    // Another process may have given something back since.
    const auto wait = std::max(*next - now.clock, milliseconds(1));
    one->turned_away_ = true;
    one->quota_opens_ = now.loop + wait;
    one->ask_again_ = now.loop + std::min(wait, kAskAgain);
    return Answer{one, wait};
  }
  for (auto* one : all) one->gate_.take(now.loop);
  return answer;
}

bool Throttle::is_free_again() {
  --under_way_;
  return std::exchange(turned_away_, false);
}

bool Throttle::put_back(Places& places) {
  bool any = false;
  for (auto& [throttle, in] : places) {
    throttle->allowance_->put_back(in);
    throttle->quota_opens_ = {};
    any = throttle->is_free_again() || any;
  }
  places.clear();
  return any;
}

bool Throttle::spend(Places& places) {
  bool any = false;
  for (auto& [throttle, in] : places) any = throttle->is_free_again() || any;
  places.clear();
  return any;
}

Result<void> Throttle::release() {
  return allowance_ ? allowance_->release() : Result<void>();
}

int Throttle::sessions(int usual) const {
  return connections_ ? static_cast<int>(*connections_) : usual;
}

int Throttle::messages_per_connection() const {
  return static_cast<int>(messages_per_connection_.value_or(0));
}

Result<Throttles> Throttles::open(Limiting limiting) {
  Throttles out(std::move(limiting));
  if (!out.limiting_.limits.has_quotas()) return out;
  auto zone = out.limiting_.zone ? out.limiting_.zone : std::make_shared<const FixedZone>();
  auto quotas = store::Quotas::open(out.limiting_.quota_file, std::move(zone));
  if (!quotas) return tl::unexpected(quotas.error());
  out.quotas_ = std::make_unique<store::Quotas>(std::move(*quotas));
  return out;
}

std::shared_ptr<Throttle> Throttles::of_receiver(std::string_view group, std::string_view provider,
                                                 const std::vector<dns::MailHost>& hosts,
                                                 std::string_view domain) {
  const auto& limits = limiting_.limits.receiver(provider, hosts, domain);
  if (!limits.is_default()) return made(limits, limits.name);
  return made(limits, std::string("receiver.").append(group));
}

std::shared_ptr<Throttle> Throttles::of_relay(std::string_view name) {
  const auto* limits = limiting_.limits.relay(name);
  return limits ? made(*limits, limits->name) : nullptr;
}

milliseconds Throttles::shut(Timestamp clock) const {
  return limiting_.window.next_open(clock) - clock;
}

void Throttles::tidy(milliseconds now) {
  std::erase_if(throttles_, [&](const auto& entry) {
    const auto& throttle = entry.second;
    return throttle.use_count() == 1 && throttle->gate_.wait(now).count() == 0;
  });
}

std::shared_ptr<Throttle> Throttles::made(const rules::Limits& limits, const std::string& name) {
  auto& place = throttles_[name];
  if (!place) place = std::make_shared<Throttle>(limits, name, quotas_.get());
  return place;
}

}  // namespace hagaki::delivery
