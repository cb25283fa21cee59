#include "delivery/warm_ups.h"

#include <algorithm>
#include <utility>

namespace hagaki::delivery {
namespace {

using std::chrono::days;
using std::chrono::local_days;
using std::chrono::milliseconds;

constexpr milliseconds kDay = std::chrono::hours{24};

}  // namespace

WarmUps::WarmUps(store::Quotas quotas, std::shared_ptr<const TimeZone> zone)
    : quotas_(std::make_unique<store::Quotas>(std::move(quotas))), zone_(std::move(zone)) {}

Result<WarmUps> WarmUps::open(const rules::WarmUpTable& table, const std::string& quota_file,
                              std::shared_ptr<const TimeZone> zone) {
  auto quotas = store::Quotas::open(quota_file, zone);
  if (!quotas) return tl::unexpected<Error>(quotas.error());
  WarmUps out(std::move(*quotas), std::move(zone));
  for (const auto& [ip, schedule] : table) {
    Gate gate;
    gate.schedule = schedule;
    out.gates_.emplace(ip.text(), std::move(gate));
  }
  return out;
}

void WarmUps::begin_day(Gate& gate, const std::string& ip, local_days day) {
  gate.day = day;
  const auto allowed = gate.schedule.allowed(day);
  gate.rests = allowed && *allowed == 0;
  gate.allowance.reset();
  if (!allowed || gate.rests) return;
  gate.allowance = std::make_unique<store::Allowance>(*quotas_, "source." + ip,
                                                      std::vector<rules::Rate>{{*allowed, kDay}});
}

Result<milliseconds> WarmUps::take(const std::string& ip, Timestamp now,
                                   store::Allowance::Place& place) {
  const auto found = gates_.find(ip);
  if (found == gates_.end()) return milliseconds{0};
  Gate& gate = found->second;
  const auto local = to_local(*zone_, now);
  const auto day = std::chrono::floor<days>(local);
  if (gate.day != day) begin_day(gate, ip, day);
  const auto rest_of_day = up_to_change(*zone_, now, kDay - (local - day)) - now;
  if (gate.rests) return std::max<milliseconds>(rest_of_day, milliseconds{1});
  if (!gate.allowance) return milliseconds{0};
  const auto taken = gate.allowance->take(now);
  if (!taken) return tl::unexpected<Error>(taken.error());
  if (*taken) {
    place = *taken;
    return milliseconds{0};
  }
  const auto next = gate.allowance->next(now);
  if (!next) return tl::unexpected<Error>(next.error());
  return std::max<milliseconds>(*next - now, milliseconds{1});
}

void WarmUps::put_back(const std::string& ip, const store::Allowance::Place& place) {
  const auto found = gates_.find(ip);
  if (found != gates_.end() && found->second.allowance) found->second.allowance->put_back(place);
}

}  // namespace hagaki::delivery
