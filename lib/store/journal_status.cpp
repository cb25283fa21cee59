#include "store/journal_status.h"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "store/journal.h"
#include "store/journal_schema.h"
#include "store/marks.h"
#include "store/open_journal.h"

namespace hagaki::store {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr minutes kShort{1};
constexpr minutes kLong{10};

/// A number of the journal's; nothing where it has none.
Result<std::optional<std::int64_t>> meta_number(const Database& db, std::string_view name) {
  const auto text = journal_meta(db, name);
  if (!text) return tl::unexpected<Error>(text.error());
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
  if (error != std::errc() || end != text->data() + text->size()) {
    return std::optional<std::int64_t>();
  }
  return std::optional<std::int64_t>(number);
}

std::optional<Timestamp> as_time(std::optional<std::int64_t> ms) {
  if (!ms) return std::nullopt;
  return Timestamp(std::chrono::milliseconds(*ms));
}

void count(StandingCounts& counts, Standing standing, std::string_view event) {
  switch (standing) {
    case Standing::Planned:
      ++counts.planned;
      return;
    case Standing::InFlight:
      ++counts.in_flight;
      return;
    case Standing::Waiting:
      ++counts.deferred;
      return;
    case Standing::Interrupted:
      ++counts.uncertain;
      return;
    case Standing::Done:
      break;
  }
  if (event == "delivered") {
    ++counts.delivered;
  } else if (event == "failed") {
    ++counts.failed;
  } else if (event == "held") {
    ++counts.held;
  } else {
    ++counts.uncertain;
  }
}

Result<void> read_meta(const Database& db, JournalStatus& out) {
  auto campaign = journal_meta(db, "campaign");
  const auto finished = meta_number(db, "finished");
  const auto began = meta_number(db, "began");
  const auto run_began = meta_number(db, "run_began");
  const auto run_ended = meta_number(db, "run_ended");
  const auto pid = meta_number(db, "pid");
  const auto input = meta_number(db, "input");
  const auto complete = meta_number(db, "input_complete");
  for (const auto* each : {&finished, &began, &run_began, &run_ended, &pid, &input, &complete}) {
    if (!*each) return tl::unexpected<Error>(each->error());
  }
  if (!campaign) return tl::unexpected<Error>(campaign.error());
  out.campaign = std::move(*campaign);
  out.began = as_time(*began);
  out.run_began = as_time(*run_began);
  out.run_ended = as_time(*run_ended);
  out.pid = *pid;
  out.input = static_cast<std::uint64_t>(input->value_or(0));
  out.input_complete = *complete == 1;
  if (out.run == JournalStatus::Run::Running) return {};
  if (*finished == 1) {
    out.run = JournalStatus::Run::Done;
  } else if (out.run_ended) {
    out.run = JournalStatus::Run::Stopped;
  } else {
    out.run = out.run_began ? JournalStatus::Run::Died : JournalStatus::Run::Unknown;
  }
  return {};
}

constexpr std::string_view columns_of(std::int64_t format) {
  switch (format) {
    case 1:
      return "SELECT standing, event, NULL, NULL, NULL, NULL FROM recipient";
    case 2:
      return "SELECT standing, event, at, NULL, NULL, NULL FROM recipient";
    default:
      return "SELECT standing, event, at, retry_at, provider, reason FROM recipient";
  }
}

/// One pass over all recipients.
class Tally {
 public:
  Tally(JournalStatus& out, Timestamp now) : out_(out), now_(now) {}

  Result<void> read(const Database& db) {
    const auto format = journal_format(db);
    if (!format) return tl::unexpected<Error>(format.error());
    auto query = Statement::prepare(db, columns_of(*format));
    if (!query) return tl::unexpected<Error>(query.error());
    for (;;) {
      const auto row = query->step();
      if (!row) return tl::unexpected<Error>(row.error());
      if (!*row) break;
      add(*query);
    }
    for (auto& [name, status] : providers_) {
      status.name = name;
      out_.providers.push_back(std::move(status));
    }
    std::sort(out_.providers.begin(), out_.providers.end(),
              [](const auto& a, const auto& b) { return a.name < b.name; });
    return {};
  }

 private:
  void add(const Statement& row) {
    const auto standing = static_cast<Standing>(row.integer(0));
    const std::string event = row.text(1);
    const auto at = row.time(2);
    ProviderStatus& provider = providers_[row.text(4)];
    count(out_.counts, standing, event);
    count(provider.counts, standing, event);
    if (at && *at > out_.last_outcome.value_or(Timestamp::min())) out_.last_outcome = at;
    if (at && standing == Standing::Done) {
      // What earlier runs did says nothing of this one's speed.
      const auto began = out_.run_began.value_or(Timestamp::min());
      if (*at > std::max(now_ - kShort, began)) ++out_.last_minute;
      if (*at > std::max(now_ - kLong, began)) ++out_.last_ten_minutes;
    }
    if (event != "delivered" && at && *at >= provider.reason_at.value_or(Timestamp::min())) {
      if (std::string reason = row.text(5); !reason.empty()) {
        provider.reason = std::move(reason);
        provider.reason_at = at;
      }
    }
    const auto retry_at = row.time(3);
    const bool waits = standing == Standing::Waiting || standing == Standing::Planned;
    if (!waits || !retry_at) return;
    if (!out_.next_retry_at || *retry_at < *out_.next_retry_at) out_.next_retry_at = retry_at;
    if (!out_.last_retry_at || *retry_at > *out_.last_retry_at) out_.last_retry_at = retry_at;
  }

  JournalStatus& out_;
  Timestamp now_;
  std::unordered_map<std::string, ProviderStatus> providers_;
};

/// How long of `window` the run was there; at least a second.
double seconds_of(const JournalStatus& status, seconds window, Timestamp now) {
  const auto began = status.run_began.value_or(now - window);
  const std::chrono::duration<double> since = now - std::max(began, now - window);
  return std::max(since.count(), 1.0);
}

}  // namespace

std::optional<std::uint64_t> JournalStatus::left() const {
  if (run == Run::Done) return 0;
  if (!input_complete) return std::nullopt;
  const auto done = counts.done();
  return std::max(counts.left(), input > done ? input - done : 0);
}

double JournalStatus::rate(Timestamp now) const {
  if (run != Run::Running) return 0;
  return static_cast<double>(last_minute) / seconds_of(*this, kShort, now);
}

std::optional<Timestamp> JournalStatus::eta(Timestamp now) const {
  const auto remain = left();
  if (run != Run::Running || !remain || *remain == 0 || last_ten_minutes == 0) return std::nullopt;
  const double rate = static_cast<double>(last_ten_minutes) / seconds_of(*this, kLong, now);
  // Beyond that nobody plans.
  constexpr double kMost = 10 * 366 * 86400.0;
  const double wait = std::min(static_cast<double>(*remain) / rate, kMost);
  const auto end = now + std::chrono::milliseconds(static_cast<std::int64_t>(wait * 1000));
  return std::max(end, last_retry_at.value_or(end));
}

Result<JournalStatus> read_journal_status(const std::string& path, Timestamp now) {
  const auto kind = journal_file_kind(path);
  if (!kind) return tl::unexpected<Error>(kind.error());
  if (*kind == FileKind::Missing) return fail(ErrorCode::NotFound, "there is no journal", path);
  if (auto ok = check_journal_file(path); !ok) return tl::unexpected<Error>(ok.error());
  JournalStatus out;
  auto read = with_journal(path, [&](const Database& db) -> Result<void> {
    auto campaign = journal_campaign(db);
    if (!campaign) return tl::unexpected<Error>(campaign.error());
    if (campaign->empty()) return fail(ErrorCode::NotFound, "there is no journal in it", path);
    out = JournalStatus();
    if (Marks::locked(path + "-sent")) out.run = JournalStatus::Run::Running;
    if (auto ok = read_meta(db, out); !ok) return ok;
    return Tally(out, now).read(db);
  });
  if (!read) {
    if (read.error().context.empty()) read.error().context = path;
    return tl::unexpected<Error>(read.error());
  }
  return out;
}

}  // namespace hagaki::store
