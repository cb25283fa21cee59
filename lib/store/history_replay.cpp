// What those who judge by a history are given of it.
#include <charconv>
#include <chrono>
#include <iterator>
#include <optional>
#include <utility>

#include "store/history_state.h"

namespace hagaki::store {
namespace {

using What = records::Event::What;

/// A number as text, without an allocation.
std::string_view as_text(std::int64_t number, char (&buffer)[24]) {
  const auto end = std::to_chars(std::begin(buffer), std::end(buffer), number).ptr;
  return {buffer, static_cast<std::size_t>(end - buffer)};
}

/// Gives each row of `sql` to `take`, which may fail.
template <class Take>
Result<void> for_each_row(const Database& db, std::string_view sql, Take take) {
  auto query = Statement::prepare(db, sql);
  if (!query) return tl::unexpected<Error>(query.error());
  for (;;) {
    const auto row = query->step();
    if (!row) return tl::unexpected<Error>(row.error());
    if (!*row) return {};
    if (Result<void> ok = take(*query); !ok) return ok;
  }
}

/// Hands events out with the short names of what they belong to.
class Handing {
 public:
  explicit Handing(const History::Each& each) : each_(each) {}

  void operator()(records::Event& event, std::int64_t time, std::int64_t message,
                  std::int64_t campaign, std::string_view evidence) {
    event.time.reset();
    if (time != kHistoryNoTime) event.time = Timestamp(std::chrono::milliseconds(time));
    event.message_id = message == 0 ? std::string_view() : as_text(message, message_);
    event.campaign = campaign == 0 ? std::string_view() : as_text(campaign, campaign_);
    each_(event, evidence);
  }

 private:
  const History::Each& each_;
  char message_[24];
  char campaign_[24];
};

}  // namespace

Result<void> History::replay(const Each& each) {
  Handing hand_out(each);
  // One without a time is older than a reinstatement where it was taken in before.
  auto done = for_each_row(
      state_->db, R"(
SELECT r.key, f.time, f.what, f.message, f.campaign, f.reason, f.evidence
FROM failure AS f CROSS JOIN recipient AS r ON r.id = f.recipient
WHERE f.time <> -9223372036854775808
  OR f.id > coalesce((SELECT max(last) FROM reinstated WHERE name = r.key), 0))",
      [&](const Statement& row) -> Result<void> {
        records::Event event;
        event.what = failure_of(row.view(2));
        if (event.what == What::Undecided) {
          return fail(ErrorCode::Config, "history has an unknown kind of event");
        }
        event.email = row.view(0);
        const auto reason = row.view(5);
        event.reason = event.what == What::Feedback ? std::string_view() : reason;
        event.feedback_type = event.what == What::Feedback ? reason : std::string_view();
        hand_out(event, row.integer(1), row.integer(3), row.integer(4), row.view(6));
        return {};
      });
  if (!done) return done;
  records::Event event;
  event.what = What::Delivered;
  return for_each_row(state_->db, R"(
SELECT r.key, d.time, d.message, d.campaign
FROM (SELECT DISTINCT recipient FROM failure) AS judged
CROSS JOIN recipient AS r ON r.id = judged.recipient
CROSS JOIN delivery AS d ON d.recipient = judged.recipient)",
                      [&](const Statement& row) -> Result<void> {
                        event.email = row.view(0);
                        hand_out(event, row.integer(1), row.integer(2), row.integer(3), {});
                        return {};
                      });
}

Result<void> History::replay_others(const Wanted& wanted, const EachTime& each) {
  auto times =
      Statement::prepare(state_->db, "SELECT time FROM delivery WHERE recipient = ?1 ORDER BY 1");
  if (!times) return tl::unexpected<Error>(times.error());
  return for_each_row(
      state_->db, "SELECT id, key FROM recipient WHERE id NOT IN (SELECT recipient FROM failure)",
      [&](const Statement& row) -> Result<void> {
        const auto key = row.view(1);
        const auto at = key.rfind('@');
        if (at == std::string_view::npos) return {};
        const auto domain = key.substr(at + 1);
        if (!wanted(domain)) return {};
        times->bind(1, row.integer(0));
        for (;;) {
          const auto found = times->step();
          if (!found) return tl::unexpected<Error>(found.error());
          if (!*found) break;
          const auto time = times->integer(0);
          if (time != kHistoryNoTime) each(domain, Timestamp(std::chrono::milliseconds(time)));
        }
        times->reset();
        return {};
      });
}

Result<bool> History::reached(std::string_view key) {
  auto& query = state_->find_reached;
  if (!query) {
    auto prepared = Statement::prepare(state_->db, R"(
SELECT 1 FROM recipient AS r JOIN delivery AS d ON d.recipient = r.id WHERE r.key = ?1 LIMIT 1)");
    if (!prepared) return tl::unexpected<Error>(prepared.error());
    query = std::move(*prepared);
  }
  auto found = query->bind(1, key).step();
  query->reset();
  return found;
}

Result<void> History::each_reinstated(const EachReinstated& each) {
  return for_each_row(state_->db, "SELECT name, max(time) FROM reinstated GROUP BY 1",
                      [&](const Statement& row) -> Result<void> {
                        each(row.view(0), Timestamp(std::chrono::milliseconds(row.integer(1))));
                        return {};
                      });
}

}  // namespace hagaki::store
