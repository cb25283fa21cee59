#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "base/time_zone.h"
#include "rules/warm_up_table.h"
#include "store/quotas.h"

namespace hagaki::delivery {

/// Counts what addresses of ours send that are warmed up, each in its days, over all runs and
/// processes.
class WarmUps {
 public:
  using milliseconds = std::chrono::milliseconds;

  /// Counted in `quota_file` (store::Quotas, whose errors it has), by the days of `zone`.
  static Result<WarmUps> open(const rules::WarmUpTable& table, const std::string& quota_file,
                              std::shared_ptr<const TimeZone> zone);

  /// Whether it ever has a limit.
  [[nodiscard]] bool has(const std::string& ip) const { return gates_.contains(ip); }
  /// One message goes out from the address, and counts: 0, and `place` is its place where it has
  /// one. Else how long to wait before asking again. Errors as store::Quotas has them: it cannot be
  /// counted and must not be sent.
  Result<milliseconds> take(const std::string& ip, Timestamp now, store::Allowance::Place& place);
  /// The message that had this place was not sent.
  void put_back(const std::string& ip, const store::Allowance::Place& place);

 private:
  struct Gate {
    rules::WarmUp schedule;
    std::chrono::local_days day{};                // that the rest is of
    bool rests = false;                           // nothing is sent on that day
    std::unique_ptr<store::Allowance> allowance;  // null: no limit
  };
  WarmUps(store::Quotas quotas, std::shared_ptr<const TimeZone> zone);
  void begin_day(Gate& gate, const std::string& ip, std::chrono::local_days day);

  std::unique_ptr<store::Quotas> quotas_;
  std::shared_ptr<const TimeZone> zone_;
  std::map<std::string, Gate> gates_;  // go before quotas_
};

}  // namespace hagaki::delivery
