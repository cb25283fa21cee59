#include "rules/stop.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <set>
#include <span>
#include <tuple>
#include <unordered_map>

#include "address/address.h"
#include "base/text.h"

namespace hagaki::rules {
namespace {

using What = records::Event::What;

constexpr std::int64_t kClockSkew = 3'600'000;  // ms
constexpr std::int64_t kDay = 86'400'000;       // ms
constexpr std::int64_t kUnknownTime = std::numeric_limits<std::int64_t>::min() / 2;
constexpr std::int64_t kLatest = std::numeric_limits<std::int64_t>::max();
constexpr std::size_t kEvidenceKept = 20;

std::int64_t floor_div(std::int64_t a, std::int64_t b) {
  return a / b - (a % b < 0 ? 1 : 0);
}

/// A Message-ID without its angle brackets (RFC 5322 §3.6.4).
std::string_view bare_id(std::string_view id) {
  id = trim(id);
  if (id.size() > 1 && id.front() == '<' && id.back() == '>') return id.substr(1, id.size() - 2);
  return id;
}

bool contains(const std::vector<std::string>& types, std::string_view type) {
  return std::any_of(types.begin(), types.end(),
                     [&](const std::string& t) { return ascii_iequals(t, type); });
}

}  // namespace

std::string recipient_key(std::string_view email) {
  auto key = canonical_key(email);
  return key.empty() ? ascii_lower(trim(email)) : key;
}

/// Judges one recipient: its failures and deliveries, each in order of time.
class StopRules::Judge {
 public:
  Judge(const Policy& policy, std::span<const Failure> failures,
        std::span<const Delivery> deliveries)
      : policy_(policy), failures_(failures), deliveries_(deliveries) {}

  /// The verdict and the failures it rests on.
  std::pair<Verdict, std::vector<const Failure*>> verdict(std::int64_t now) {
    for (const std::uint16_t rule : {kUnsubscribe, kComplaint}) {
      auto wishes = all_of(rule);
      if (!wishes.empty()) return {Verdict{.rule = rule}, std::move(wishes)};
    }
    take_back_deliveries();
    std::pair<Verdict, std::vector<const Failure*>> best;
    for (std::uint16_t i = 0; i < policy_.stop.size(); ++i) {
      const StopRule& rule = policy_.stop[i];
      auto row = all_of(i);
      std::erase_if(row, [&](const Failure* f) { return from(*f) < proven_; });
      if (!enough(rule, row)) continue;
      const std::int64_t last = row.back()->what.time;
      if (rule.action == Action::Hold && now >= last + rule.hold.count()) continue;
      const Verdict verdict{.rule = i, .last = last};
      if (best.second.empty() || stronger(verdict, best.first)) best = {verdict, std::move(row)};
    }
    return best;
  }

 private:
  /// The deliveries that share a name, in order of time. A failure takes back all up to some time,
  /// so how far the furthest of them reached says it for all.
  struct Row {
    std::vector<std::size_t> places;  // in deliveries_
    std::size_t taken = 0;            // so many of them, from the first
  };
  using Rows = std::unordered_map<std::uint64_t, Row>;

  /// Failures of one rule, an event given twice only once.
  std::vector<const Failure*> all_of(std::uint16_t rule) const {
    std::vector<const Failure*> out;
    std::set<std::tuple<std::int64_t, std::uint64_t, std::uint64_t, bool>> seen;
    for (const auto& f : failures_) {
      if (f.rule != rule) continue;
      const auto& w = f.what;
      if (seen.emplace(w.time, w.message, w.campaign, f.bounce).second) out.push_back(&f);
    }
    return out;
  }

  /// Finds proven_: the time of the last delivery that no failure of its message takes back.
  void take_back_deliveries() {
    std::vector<bool> taken(deliveries_.size(), false);
    // The deliveries of a failure's message are found by name and not by going through all: those
    // with its Message-ID, and where either has none those of its campaign.
    Rows by_message;
    Rows by_campaign;
    Rows without_message;  // by campaign
    for (std::size_t i = 0; i < deliveries_.size(); ++i) {
      const Delivery& d = deliveries_[i];
      if (d.message) by_message[d.message].places.push_back(i);
      if (d.campaign) by_campaign[d.campaign].places.push_back(i);
      if (d.campaign && !d.message) without_message[d.campaign].places.push_back(i);
    }
    for (const auto& f : failures_) {
      if (f.rule == kComplaint || f.rule == kUnsubscribe) continue;
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

  /// Deliveries after this time are not taken back by `f`, as far as clocks decide.
  static std::int64_t latest_taken_back(const Failure& f) {
    if (!f.bounce) return f.what.time;
    return f.what.time == kUnknownTime ? kLatest : f.what.time + kClockSkew;
  }

  /// A failure that no name leads from: the last delivery before it, unless both name messages that
  /// differ.
  void take_unnamed(const Failure& f, std::int64_t latest, std::vector<bool>& taken) {
    const auto after =
        std::upper_bound(deliveries_.begin(), deliveries_.end(), latest,
                         [](std::int64_t time, const Delivery& d) { return time < d.time; });
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
  void take_until(Row& row, std::int64_t latest, const Failure& f) {
    const auto after = std::upper_bound(
        row.places.begin(), row.places.end(), latest,
        [this](std::int64_t time, std::size_t place) { return time < deliveries_[place].time; });
    if (after == row.places.begin()) return;
    row.taken = std::max(row.taken, static_cast<std::size_t>(after - row.places.begin()));
    count_from(f, deliveries_[*std::prev(after)].time);
  }

  void count_from(const Failure& f, std::int64_t delivered) {
    auto& from = from_.try_emplace(&f, f.what.time).first->second;
    from = std::max(from, delivered);
  }

  /// When a failure counts from: its time, or that of the delivery it takes back.
  [[nodiscard]] std::int64_t from(const Failure& f) const {
    const auto it = from_.find(&f);
    return it == from_.end() ? f.what.time : it->second;
  }

  [[nodiscard]] bool enough(const StopRule& rule, const std::vector<const Failure*>& row) const {
    const std::int64_t offset = std::chrono::milliseconds(policy_.utc_offset).count();
    std::set<std::pair<int, std::int64_t>> messages;
    std::set<std::int64_t> days;
    for (const Failure* f : row) {
      const auto& w = f->what;
      if (w.message) {
        messages.emplace(0, static_cast<std::int64_t>(w.message));
      } else if (w.campaign) {
        messages.emplace(1, static_cast<std::int64_t>(w.campaign));
      } else {
        messages.emplace(2, w.time);
      }
      days.insert(floor_div(w.time + offset, kDay));
    }
    return messages.size() >= static_cast<std::size_t>(rule.count) &&
           days.size() >= static_cast<std::size_t>(rule.days);
  }

  /// A drop outweighs a hold; between equals the later evidence is the better reason.
  [[nodiscard]] bool stronger(const Verdict& a, const Verdict& b) const {
    const bool a_drops = policy_.stop[a.rule].action == Action::Drop;
    const bool b_drops = policy_.stop[b.rule].action == Action::Drop;
    return a_drops != b_drops ? a_drops : a.last > b.last;
  }

  const Policy& policy_;
  std::span<const Failure> failures_;
  std::span<const Delivery> deliveries_;
  std::unordered_map<const Failure*, std::int64_t> from_;
  std::int64_t proven_ = std::numeric_limits<std::int64_t>::min();
};

StopRules::StopRules(const Policy& policy, KeyHasher hasher) : policy_(policy), hasher_(hasher) {}

std::uint64_t StopRules::hash_of(char kind, std::string_view text) const {
  return text.empty() ? 0 : hasher_(text, kind);
}

StopRules::Text StopRules::keep(std::string_view text) {
  const Text out{texts_.size(), static_cast<std::uint32_t>(text.size())};
  texts_ += text;
  return out;
}

void StopRules::add(const records::Event& event, const records::Line& line,
                    std::string_view where) {
  if (take(event)) failures_.back().evidence = keep(records::evidence(line, where));
}

void StopRules::add(const records::Event& event, std::string_view evidence) {
  if (take(event)) failures_.back().evidence = keep(evidence);
}

/// Notes the event; true when it became a failure that some rule may count.
bool StopRules::take(const records::Event& event) {
  std::uint16_t rule = kNoRule;
  switch (event.what) {
    case What::Undecided:
    case What::Report:
    case What::Vacation:
      return false;
    case What::Delivered:
    case What::Confirmed:
      break;
    case What::Failed:
    case What::Bounced:
      if (const auto* found = policy_.find(event.reason)) {
        rule = static_cast<std::uint16_t>(found - policy_.stop.data());
      }
      break;
    case What::Unsubscribe:
      if (!policy_.unsubscribe.on) return false;
      rule = kUnsubscribe;
      break;
    case What::Feedback:
      if (policy_.unsubscribe.on && contains(policy_.unsubscribe.types, event.feedback_type)) {
        rule = kUnsubscribe;
      } else if (policy_.complaint.on && contains(policy_.complaint.types, event.feedback_type)) {
        rule = kComplaint;
      } else {
        return false;
      }
      break;
  }
  const Delivery what{
      .recipient = hasher_(recipient_key(event.email)),
      .message = hash_of('m', bare_id(event.message_id)),
      .campaign = hash_of('c', event.campaign),
      .time = event.time ? event.time->time_since_epoch().count() : kUnknownTime,
  };
  if (event.what == What::Delivered || event.what == What::Confirmed) {
    deliveries_.push_back(what);
    return false;
  }
  failures_.push_back({what, {}, rule, event.what == What::Bounced});
  return rule != kNoRule;
}

void StopRules::settle(Timestamp now) {
  HashSet failed;
  for (const auto& f : failures_) failed.insert(f.what.recipient);
  // Most recipients were only ever delivered to: nothing to judge.
  std::erase_if(deliveries_, [&](const Delivery& d) { return !failed.find(d.recipient); });

  // Everything takes part in the order, so that the order of the input does not.
  const auto key = [](const Delivery& d) {
    return std::tie(d.recipient, d.time, d.message, d.campaign);
  };
  const auto before = [&](const Delivery& a, const Delivery& b) { return key(a) < key(b); };
  const auto same = [&](const Delivery& a, const Delivery& b) { return key(a) == key(b); };
  std::sort(deliveries_.begin(), deliveries_.end(), before);
  deliveries_.erase(std::unique(deliveries_.begin(), deliveries_.end(), same), deliveries_.end());
  std::sort(failures_.begin(), failures_.end(), [&](const Failure& a, const Failure& b) {
    return std::tuple_cat(key(a.what), std::tie(a.rule, a.bounce)) <
           std::tuple_cat(key(b.what), std::tie(b.rule, b.bounce));
  });

  auto delivery = deliveries_.begin();
  for (auto first = failures_.begin(); first != failures_.end();) {
    const std::uint64_t recipient = first->what.recipient;
    const auto last = std::find_if(first, failures_.end(),
                                   [&](const Failure& f) { return f.what.recipient != recipient; });
    const auto own = std::find_if(delivery, deliveries_.end(),
                                  [&](const Delivery& d) { return d.recipient >= recipient; });
    delivery = std::find_if(own, deliveries_.end(),
                            [&](const Delivery& d) { return d.recipient != recipient; });
    auto [verdict, row] =
        Judge(policy_, {first, last}, {own, delivery}).verdict(now.time_since_epoch().count());
    if (!row.empty()) {
      if (row.size() > kEvidenceKept) {
        row.erase(row.begin(), row.end() - static_cast<std::ptrdiff_t>(kEvidenceKept));
      }
      verdict.first = static_cast<std::uint32_t>(kept_.size());
      verdict.count = static_cast<std::uint32_t>(row.size());
      for (const Failure* f : row) kept_.push_back(f->evidence);
      verdicts_.insert(recipient).first = verdict;
    }
    first = last;
  }
  deliveries_ = {};
  failures_ = {};
}

std::optional<Decision> StopRules::find(std::string_view key) const {
  const Verdict* verdict = verdicts_.find(hasher_(key));
  if (!verdict) return std::nullopt;
  Decision out;
  if (verdict->rule == kComplaint) {
    out.rule = "stop.complaint";
  } else if (verdict->rule == kUnsubscribe) {
    out.rule = "stop.unsubscribe";
  } else {
    const StopRule& rule = policy_.stop[verdict->rule];
    out.rule = "stop." + rule.reason;
    out.action = rule.action;
    if (rule.action == Action::Hold) {
      out.until = Timestamp(std::chrono::milliseconds(verdict->last) + rule.hold);
    }
  }
  for (std::uint32_t i = 0; i < verdict->count; ++i) {
    const Text& text = kept_[verdict->first + i];
    out.evidence.emplace_back(texts_, text.at, text.size);
  }
  return out;
}

}  // namespace hagaki::rules
