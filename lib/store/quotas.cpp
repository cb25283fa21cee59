#include "store/quotas.h"

#include <algorithm>
#include <cassert>
#include <optional>
#include <utility>

#include "store/shared_file.h"

namespace hagaki::store {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

// "hgkl": tells limits from other SQLite files.
constexpr std::int64_t kApplication = 0x68676b6c;
constexpr std::int64_t kFormat = 1;

// Periods are written out so that the file can be read with sqlite3(1).
constexpr const char* kTables = R"(
PRAGMA application_id = 1751608172;
PRAGMA user_version = 1;
CREATE TABLE used (
  name TEXT NOT NULL,
  kind TEXT NOT NULL,        -- hour, day
  begins TEXT NOT NULL,      -- of an hour in UTC: 2026-11-22T17:00Z; of a day its date: 2026-11-22
  count INTEGER NOT NULL,    -- messages sent, and reserved for being sent
  ends INTEGER NOT NULL,     -- ms since 1970
  PRIMARY KEY (name, kind, begins)
) WITHOUT ROWID;
)";
static_assert(kApplication == 1751608172 && kFormat == 1);
constexpr SharedFile::Kind kKind{"limits", kApplication, kFormat, kTables};

// How long a period that is over can be looked at.
constexpr milliseconds kKept = hours(24 * 7);

struct Period {
  std::string_view kind;
  std::string begins;
  Timestamp ends;
};

/// The hour or day around `t`. An hour has the same name as another one of a day only where both
/// are the same: when clocks are put back, the hour that comes twice is two hours. A day is one,
/// however long.
Period period_of(const TimeZone& zone, milliseconds length, Timestamp t) {
  const bool hour = length == hours(1);
  const auto begin = [&](Timestamp at) {
    const auto local = to_local(zone, at).time_since_epoch();
    const auto start = hour ? milliseconds(std::chrono::floor<hours>(local)) - zone.utc_offset(at)
                            : milliseconds(std::chrono::floor<std::chrono::days>(local));
    return Timestamp(start);
  };
  const auto begins = begin(t);
  auto ends = t;
  while (begin(ends) == begins) {
    const auto local = to_local(zone, ends).time_since_epoch();
    const auto left =
        length - (local - (hour ? milliseconds(std::chrono::floor<hours>(local))
                                : milliseconds(std::chrono::floor<std::chrono::days>(local))));
    ends = up_to_change(zone, ends, left);
  }
  const std::string text = format_rfc3339(begins);
  if (hour) return {"hour", text.substr(0, 16) + "Z", ends};
  return {"day", text.substr(0, 10), ends};
}

}  // namespace

struct Quotas::State {
  State(SharedFile opened, std::shared_ptr<const TimeZone> where)
      : file(std::move(opened)), zone(std::move(where)) {}

  Result<std::uint64_t> count(std::string_view name, const Period& period) {
    auto row =
        find->bind(1, name).bind(2, period.kind).bind(3, std::string_view(period.begins)).step();
    if (!row) return file.failed(row.error());
    const auto value = *row ? find->integer(0) : 0;
    find->reset();
    return static_cast<std::uint64_t>(std::max<std::int64_t>(value, 0));
  }

  Result<void> prepare_statements() {
    return file.prepare(
        {{&find, "SELECT count FROM used WHERE name=?1 AND kind=?2 AND begins=?3"},
         {&add,
          "INSERT INTO used VALUES (?1,?2,?3,?4,?5) "
          "ON CONFLICT DO UPDATE SET count=count+excluded.count"},
         {&subtract,
          "UPDATE used SET count=max(0, count-?4) WHERE name=?1 AND kind=?2 AND begins=?3"},
         {&forget, "DELETE FROM used WHERE ends<?1"}});
  }

  SharedFile file;  // outlives the statements below
  std::optional<Statement> find, add, subtract, forget;
  std::shared_ptr<const TimeZone> zone;
};

Quotas::Quotas(std::unique_ptr<State> state) : state_(std::move(state)) {}
Quotas::~Quotas() = default;
Quotas::Quotas(Quotas&&) noexcept = default;
Quotas& Quotas::operator=(Quotas&&) noexcept = default;

Result<Quotas> Quotas::open(const std::string& path, std::shared_ptr<const TimeZone> zone,
                            milliseconds patience) {
  auto file = SharedFile::open(path, kKind, patience);
  if (!file) return tl::unexpected(file.error());
  auto state = std::make_unique<State>(std::move(*file), std::move(zone));
  if (auto ok = state->prepare_statements(); !ok) return tl::unexpected(ok.error());
  return Quotas(std::move(state));
}

unsigned Quotas::portion(std::span<const rules::Rate> limits) {
  unsigned smallest = 10'000;
  for (const auto& limit : limits) smallest = std::min(smallest, limit.count);
  return std::max(smallest / 100, 1U);
}

Result<Reservation> Quotas::reserve(std::string_view name, std::span<const rules::Rate> limits,
                                    unsigned want, Timestamp now) {
  assert(!name.empty());
  Reservation out;
  out.granted = want;
  out.until = Timestamp::max();
  std::vector<Period> periods;
  for (const auto& limit : limits) {
    assert(rules::is_quota(limit));
    periods.push_back(period_of(*state_->zone, limit.per, now));
    out.until = std::min(out.until, periods.back().ends);
  }
  // Two limits for the same hour would count each message twice.
  std::vector<Period> counted;
  for (const auto& period : periods) {
    const bool again = std::any_of(counted.begin(), counted.end(),
                                   [&](const Period& p) { return p.kind == period.kind; });
    if (!again) counted.push_back(period);
  }
  auto done = state_->file.transaction([&]() -> Result<void> {
    bool begun = false;
    for (std::size_t i = 0; i < limits.size(); ++i) {
      const auto count = state_->count(name, periods[i]);
      if (!count) return tl::unexpected(count.error());
      begun = begun || *count == 0;
      const auto left = limits[i].count - std::min<std::uint64_t>(limits[i].count, *count);
      out.granted = static_cast<unsigned>(std::min<std::uint64_t>(out.granted, left));
    }
    if (out.granted == 0) return {};
    for (const auto& period : counted) {
      auto ok = state_->add->bind(1, name)
                    .bind(2, period.kind)
                    .bind(3, std::string_view(period.begins))
                    .bind(4, out.granted)
                    .bind(5, period.ends)
                    .exec();
      if (!ok) return state_->file.failed(ok.error());
    }
    if (!begun) return {};
    auto ok = state_->forget->bind(1, now - kKept).exec();
    if (!ok) return state_->file.failed(ok.error());
    return {};
  });
  if (!done) return tl::unexpected(done.error());
  for (const auto& period : counted) {
    out.periods.push_back({std::string(name), std::string(period.kind), period.begins});
  }
  return out;
}

Result<void> Quotas::give_back(const Reservation& reservation, unsigned unused) {
  if (unused == 0 || reservation.periods.empty()) return {};
  return state_->file.transaction([&]() -> Result<void> {
    for (const auto& period : reservation.periods) {
      auto ok = state_->subtract->bind(1, std::string_view(period.name))
                    .bind(2, std::string_view(period.kind))
                    .bind(3, std::string_view(period.begins))
                    .bind(4, unused)
                    .exec();
      if (!ok) return state_->file.failed(ok.error());
    }
    return {};
  });
}

Result<Timestamp> Quotas::next_release(std::string_view name, std::span<const rules::Rate> limits,
                                       Timestamp now) {
  Timestamp next = now;
  for (const auto& limit : limits) {
    const auto period = period_of(*state_->zone, limit.per, now);
    const auto count = state_->count(name, period);
    if (!count) return tl::unexpected(count.error());
    if (*count >= limit.count) next = std::max(next, period.ends);
  }
  return next;
}

Result<std::uint64_t> Quotas::used(std::string_view name, const rules::Rate& limit, Timestamp now) {
  return state_->count(name, period_of(*state_->zone, limit.per, now));
}

Allowance::Allowance(Quotas& quotas, std::string name, std::vector<rules::Rate> limits)
    : quotas_(&quotas),
      name_(std::move(name)),
      limits_(std::move(limits)),
      portion_(Quotas::portion(limits_)) {
  assert(!limits_.empty());
}

Allowance::~Allowance() {
  (void)release();
}

/// The end of the hour or day that ends first tells all of them.
bool Allowance::is_current(const Reservation& reservation) const {
  return current_ && current_->until == reservation.until;
}

Result<Allowance::Place> Allowance::take(Timestamp now) {
  if (left_ > 0 && now >= current_->until) {
    if (auto ok = release(); !ok) return tl::unexpected(ok.error());
  }
  if (left_ == 0) {
    auto reserved = quotas_->reserve(name_, limits_, portion_, now);
    if (!reserved) return tl::unexpected(reserved.error());
    left_ = reserved->granted;
    current_ = std::make_shared<const Reservation>(std::move(*reserved));
  }
  if (left_ == 0) return Place();
  --left_;
  return current_;
}

void Allowance::put_back(const Place& place) {
  if (!is_current(*place)) {
    (void)quotas_->give_back(*place, 1);
    return;
  }
  // Others may be waiting for what is not used here.
  if (left_ >= portion_ && quotas_->give_back(*place, 1)) return;
  ++left_;
}

Result<Timestamp> Allowance::next(Timestamp now) const {
  if (left_ > 0 && now < current_->until) return now;
  return quotas_->next_release(name_, limits_, now);
}

Result<void> Allowance::release() {
  const unsigned unused = std::exchange(left_, 0);
  const Place from = std::exchange(current_, nullptr);
  return from ? quotas_->give_back(*from, unused) : Result<void>();
}

}  // namespace hagaki::store
