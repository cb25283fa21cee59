#include "delivery/throttle.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace hagaki::delivery {

using std::chrono::milliseconds;

Throttle::Throttle(const rules::Limits& limits, const std::string& name, store::Quotas* quotas)
    : name_(name),
      connections_(limits.connections),
      messages_per_connection_(limits.messages_per_connection),
      gate_(limits.rates),
      has_rates_(!limits.rates.empty()) {
  assert(quotas || limits.quotas.empty());
  if (!limits.quotas.empty()) allowance_.emplace(*quotas, name, limits.quotas);
}

Result<milliseconds> Throttle::take(std::initializer_list<Throttle*> all, const Moment& now) {
  milliseconds wait{0};
  for (const auto* one : all) wait = std::max(wait, one->gate_.wait(now.loop));
  if (wait.count() > 0) return wait;
  for (auto at = all.begin(); at != all.end(); ++at) {
    auto& allowance = (*at)->allowance_;
    if (!allowance) continue;
    const auto put_back = [&] {
      for (auto earlier = all.begin(); earlier != at; ++earlier) (*earlier)->put_back();
    };
    const auto taken = allowance->take(now.clock);
    if (!taken || !*taken) put_back();
    if (!taken) return tl::unexpected(taken.error());
    if (*taken) continue;
    const auto next = allowance->next(now.clock);
    if (!next) return tl::unexpected(next.error());
    // Another process may have given something back since.
    return std::max(*next - now.clock, milliseconds(1));
  }
  for (auto* one : all) one->gate_.take(now.loop);
  return milliseconds(0);
}

void Throttle::put_back() {
  if (allowance_) allowance_->put_back();
}

Result<void> Throttle::release() {
  return allowance_ ? allowance_->release() : Result<void>();
}

void Throttle::follow(const rules::Pace& pace) {
  gate_.set_factor(pace.factor);
  if (pace.per_second > 0 && !has_rates_) {
    gate_.limit_to(rules::rate_of(pace.per_second));
  } else {
    gate_.clear_limit();
  }
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
