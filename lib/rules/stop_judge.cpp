#include "rules/stop_judge.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "rules/messages.h"

namespace hagaki::rules {
namespace {

constexpr std::int64_t kDay = 86'400'000;  // ms
constexpr std::int64_t kLatest = std::numeric_limits<std::int64_t>::max();

std::int64_t floor_div(std::int64_t a, std::int64_t b) {
  return a / b - (a % b < 0 ? 1 : 0);
}

/// A number for each failure of `row`, the same for those of one message: what has no name at all
/// is one message with what has the same time.
std::vector<std::size_t> numbered(const std::vector<const FailedMessage*>& row) {
  std::vector<std::size_t> out;
  if (row.size() == 1) out.push_back(0);  // most are alone
  if (row.size() < 2) return out;
  out.reserve(row.size());
  Messages<std::size_t> known;
  std::unordered_map<std::int64_t, std::size_t> nameless;
  for (const auto* f : row) {
    const SentMessage& w = f->what;
    std::size_t number = out.size();
    if (!w.message && !w.campaign) {
      number = nameless.emplace(w.time, number).first->second;
    } else if (const auto* found = known.find(w)) {
      number = *found;
    }
    known.note(w, number);
    out.push_back(number);
  }
  return out;
}

/// Deliveries after this time are not taken back by `f`, as far as clocks decide.
std::int64_t latest_taken_back(const FailedMessage& f) {
  if (!f.bounce) return f.what.time;
  return f.what.time == kUnknownTime ? kLatest : f.what.time + kClockSkew;
}

}  // namespace

std::int64_t day_of(const Policy& policy, std::int64_t time) {
  return floor_div(time + std::chrono::milliseconds(policy.utc_offset).count(), kDay);
}

Timestamp start_of_day(const Policy& policy, std::int64_t day) {
  return Timestamp(std::chrono::milliseconds(day * kDay)) - policy.utc_offset;
}

std::vector<StopVerdict> StopJudge::verdicts(std::int64_t now) {
  for (const std::uint16_t rule : {FailedMessage::kUnsubscribe, FailedMessage::kComplaint}) {
    StopVerdict wish{.rule = rule, .row = all_of(rule)};
    if (!wish.row.empty()) return {std::move(wish)};
  }
  take_back_deliveries();
  std::vector<StopVerdict> all;
  for (std::uint16_t i = 0; i < policy_.stop.size(); ++i) {
    const StopRule& rule = policy_.stop[i];
    auto row = all_of(i);
    if (rule.reset_by_delivery) {
      std::erase_if(row, [&](const FailedMessage* f) { return from(*f) < proven_; });
    }
    if (rule.forget.count() > 0) {
      std::erase_if(
          row, [&](const FailedMessage* f) { return f->what.time < now - rule.forget.count(); });
    }
    row = latest_enough(rule, row);
    if (row.empty()) continue;
    const std::int64_t last = row.back()->what.time;
    if (rule.action == Action::Hold && now >= last + rule.hold.count()) continue;
    all.push_back({i, last, undone_by(rule, row), std::move(row)});
  }
  if (auto row = refused_in_blocks(); !row.empty()) {
    const std::int64_t last = row.back()->what.time;
    // An engagement shows that the person lives, and not that the receiver takes mail again.
    if (now < last + policy_.block.hold.count()) {
      all.push_back({FailedMessage::kBlock, last, kLatest, std::move(row)});
    }
  }
  // Between equals the later evidence is the better reason.
  std::sort(all.begin(), all.end(), [&](const StopVerdict& a, const StopVerdict& b) {
    return std::tuple(strength(a.rule), a.last, b.rule) >
           std::tuple(strength(b.rule), b.last, a.rule);
  });
  std::vector<StopVerdict> out;
  for (auto& verdict : all) {
    if (out.empty() || verdict.undone_by > out.back().undone_by) out.push_back(std::move(verdict));
  }
  return out;
}

/// How much one rule outweighs another.
int StopJudge::strength(std::uint16_t rule) const {
  const Action action = rule == FailedMessage::kBlock ? Action::Hold : policy_.stop[rule].action;
  switch (action) {
    case Action::Drop:
      return 3;
    case Action::Notify:
      return 2;
    case Action::Hold:
      return 1;
    case Action::Tag:
      break;
  }
  return 0;
}

/// The failures that are wanted, an event given twice only once.
template <class Wanted>
StopJudge::Failures StopJudge::once(Wanted wanted) const {
  Failures out;
  std::set<std::tuple<std::int64_t, std::uint64_t, std::uint32_t, bool>> seen;
  for (const auto& f : failures_) {
    if (!wanted(f)) continue;
    const auto& w = f.what;
    if (seen.emplace(w.time, w.message, w.campaign, f.bounce).second) out.push_back(&f);
  }
  return out;
}

/// The failures in a receiver's refusal of us all that no later delivery has made up for.
StopJudge::Failures StopJudge::refused_in_blocks() const {
  return once([&](const FailedMessage& f) { return f.block != 0 && from(f) >= proven_; });
}

/// Failures of one rule, those of a block not.
StopJudge::Failures StopJudge::all_of(std::uint16_t rule) const {
  return once([&](const FailedMessage& f) { return f.rule == rule && f.block == 0; });
}

/// Finds proven_: the time of the last delivery that no failure of its message takes back.
void StopJudge::take_back_deliveries() {
  std::vector<bool> taken(deliveries_.size(), false);
  // The deliveries of a failure's message are found by name and not by going through all: those
  // with its Message-ID, and where either has none those of its campaign.
  Rows by_message;
  Rows by_campaign;
  Rows without_message;  // by campaign
  for (std::size_t i = 0; i < deliveries_.size(); ++i) {
    const SentMessage& d = deliveries_[i];
    if (d.message) by_message[d.message].places.push_back(i);
    if (d.campaign) by_campaign[d.campaign].places.push_back(i);
    if (d.campaign && !d.message) without_message[d.campaign].places.push_back(i);
  }
  for (const auto& f : failures_) {
    if (f.rule == FailedMessage::kComplaint || f.rule == FailedMessage::kUnsubscribe) continue;
    const std::int64_t latest = latest_taken_back(f);
    bool named = false;
    const auto take_row = [&](Rows& rows, std::uint64_t name, std::int64_t up_to) {
      const auto row = rows.find(name);
      if (row == rows.end()) return;
      named = true;
      take_until(row->second, up_to, f);
    };
    // A bounce that names the message came after it, whatever the clocks say.
    take_row(by_message, f.what.message, f.bounce ? kLatest : latest);
    take_row(f.what.message ? without_message : by_campaign, f.what.campaign, latest);
    if (!named) take_unnamed(f, latest, taken);
  }
  for (const auto* rows : {&by_message, &by_campaign, &without_message}) {
    for (const auto& [name, row] : *rows) {
      for (std::size_t i = 0; i < row.taken; ++i) taken[row.places[i]] = true;
    }
  }
  for (std::size_t i = 0; i < deliveries_.size(); ++i) {
    if (!taken[i]) proven_ = std::max(proven_, deliveries_[i].time);
  }
}

/// A failure that no name leads from: the last delivery before it, unless both name messages that
/// differ.
void StopJudge::take_unnamed(const FailedMessage& f, std::int64_t latest,
                             std::vector<bool>& taken) {
  const auto after =
      std::upper_bound(deliveries_.begin(), deliveries_.end(), latest,
                       [](std::int64_t time, const SentMessage& d) { return time < d.time; });
  if (after == deliveries_.begin()) return;
  // Those of the same time stand in no order, so none of them is the last one.
  const std::int64_t time = std::prev(after)->time;
  for (auto it = after; it != deliveries_.begin() && std::prev(it)->time == time; --it) {
    const auto last = std::prev(it);
    // Campaigns that differ prove nothing: a return path may carry a shorter name for one.
    const bool told_apart = f.what.message && last->message;
    if (told_apart) continue;
    taken[static_cast<std::size_t>(last - deliveries_.begin())] = true;
    count_from(f, last->time);
  }
}

/// `f` takes back the deliveries of `row` up to this time.
void StopJudge::take_until(Row& row, std::int64_t latest, const FailedMessage& f) {
  const auto after = std::upper_bound(
      row.places.begin(), row.places.end(), latest,
      [this](std::int64_t time, std::size_t place) { return time < deliveries_[place].time; });
  if (after == row.places.begin()) return;
  row.taken = std::max(row.taken, static_cast<std::size_t>(after - row.places.begin()));
  count_from(f, deliveries_[*std::prev(after)].time);
}

void StopJudge::count_from(const FailedMessage& f, std::int64_t delivered) {
  auto& from = from_.try_emplace(&f, f.what.time).first->second;
  from = std::max(from, delivered);
}

/// When a failure counts from: its time, or that of the delivery it takes back.
std::int64_t StopJudge::from(const FailedMessage& f) const {
  const auto it = from_.find(&f);
  return it == from_.end() ? f.what.time : it->second;
}

/// The latest failures of `row`, which is in order of time, that suffice and lie within the
/// rule's time; empty where none do.
StopJudge::Failures StopJudge::latest_enough(const StopRule& rule, const Failures& row) const {
  const auto numbers = numbered(row);
  std::map<std::size_t, int> messages;
  std::map<std::int64_t, int> days;
  std::size_t first = row.size();
  for (std::size_t end = row.size(); end > 0; --end) {
    const SentMessage& last = row[end - 1]->what;
    const std::int64_t since = rule.within.count() > 0 ? last.time - rule.within.count()
                                                       : std::numeric_limits<std::int64_t>::min();
    while (first > 0 && row[first - 1]->what.time >= since) {
      const SentMessage& w = row[--first]->what;
      ++messages[numbers[first]];
      ++days[day_of(policy_, w.time)];
    }
    if (messages.size() >= static_cast<std::size_t>(rule.count) &&
        days.size() >= static_cast<std::size_t>(rule.days)) {
      return {row.begin() + static_cast<std::ptrdiff_t>(first),
              row.begin() + static_cast<std::ptrdiff_t>(end)};
    }
    if (first == 0 && rule.within.count() == 0) break;
    const auto message = messages.find(numbers[end - 1]);
    if (--message->second == 0) messages.erase(message);
    const auto day = days.find(day_of(policy_, last.time));
    if (--day->second == 0) days.erase(day);
  }
  return {};
}

/// The time of the failure of `row`, which suffices, without which and those before it the rest
/// would not.
std::int64_t StopJudge::undone_by(const StopRule& rule, const Failures& row) const {
  if (!rule.reset_by_engagement) return kLatest;
  const auto numbers = numbered(row);
  std::set<std::size_t> messages;
  std::set<std::int64_t> days;
  for (std::size_t i = row.size(); i-- > 0;) {
    const SentMessage& w = row[i]->what;
    messages.insert(numbers[i]);
    days.insert(day_of(policy_, w.time));
    if (messages.size() >= static_cast<std::size_t>(rule.count) &&
        days.size() >= static_cast<std::size_t>(rule.days)) {
      return w.time;
    }
  }
  return kLatest;
}

}  // namespace hagaki::rules
