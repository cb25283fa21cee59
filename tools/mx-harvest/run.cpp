#include "run.h"

#include <chrono>
#include <deque>
#include <map>
#include <string>
#include <utility>

#include "base/limits.h"
#include "base/text.h"
#include "by_domain.h"
#include "cli/harvest_line.h"
#include "cli/sending_line.h"
#include "domains.h"
#include "people_table.h"
#include "stats.h"

using namespace hagaki;

namespace {

constexpr std::size_t kMostRows = 65'536;                 ///< that wait for their domain
constexpr std::size_t kMostBytes = 64u << 20;             ///< of these rows
constexpr std::size_t kTableRows = 500;                   ///< shown at once
constexpr std::chrono::milliseconds kLookPeriod(500);     ///< how often the progress line changes
constexpr std::chrono::milliseconds kRateWindow(20'000);  ///< what its rate is of

class Harvest {
 public:
  Harvest(Sources& sources, const harvest::Providers& providers, const Edges& edges)
      : sources_(sources),
        edges_(edges),
        wanted_(edges.wanted),
        domains_({edges.resolver, edges.mx_hosts, edges.cache,
                  [this](const Error& error) { say([&] { warn_of_cache(edges_.log, error); }); }},
                 providers,
                 [this] {
                   ++answered_;
                   schedule_flush();
                 }),
        table_(wanted_.by_domain ? PeopleTable::Of::Domains : PeopleTable::Of::Recipients,
               edges.resolver != nullptr, wanted_.lang),
        look_(edges.loop),
        shares_terminal_(edges.progress.active() && cli::stdout_is_terminal()) {}

  Outcome go() {
    const net::Signals signals(edges_.loop, [this](int) {
      interrupted_ = true;
      edges_.loop.stop();
    });
    if (edges_.progress.active()) {
      look_.start_repeating(kLookPeriod, [this] { show_progress(); });
      look_.unref();
    }
    read_more();
    edges_.loop.run();
    look_.stop();
    domains_.keep();
    edges_.progress.done();
    if (wanted_.by_domain && !stopped_) write_domains();
    edges_.log.end_bad_lines();
    if (interrupted_) tell_interrupted();
    show_table();
    edges_.out.flush();
    tell_left_out();
    edges_.log.debug(counted(written_, wanted_.by_domain ? "domain" : "recipient") + " written, " +
                     counted(bad_, "bad row") + ", " + counted(domains_.asked(), "domain") +
                     " asked about, " + std::to_string(domains_.cached()) +
                     " known from the cache");
    Outcome outcome{verdict(), reading_};
    if (wanted_.stats && !reading_) {
      outcome.stats = stats_.text(sources_.counts(), edges_.columns, edges_.color, wanted_.lang);
    }
    return outcome;
  }

 private:
  struct Waiting {
    Row row;
    std::shared_ptr<const DomainFacts> domain;
  };

  void read_more() {
    if (reading_ || ended_ || stopped_) return;
    if (waiting_.size() >= kMostRows || waiting_bytes_ >= kMostBytes) return;
    reading_ = true;
    edges_.loop.work(
        [this] {
          batch_ = {};
          more_ = sources_.read(batch_);
        },
        [this] { take_batch(); });
  }

  void take_batch() {
    reading_ = false;
    if (stopped_) return;
    ended_ = !more_;
    // The next rows are read while these are written.
    Batch batch = std::move(batch_);
    read_more();
    for (const auto& detail : batch.details) say([&] { edges_.log.debug(detail); });
    for (const auto& note : batch.notes) say([&] { edges_.log.note(note); });
    for (const auto& problem : batch.problems) {
      say([&] {
        is_bad_row(problem) ? edges_.log.bad_line(problem.text())
                            : edges_.log.error(problem.text());
      });
    }
    bad_ += batch.problems.size();
    bytes_ = batch.bytes;
    for (auto& row : batch.rows) take_row(std::move(row));
    flush();
  }

  void take_row(Row row) {
    if (wanted_.by_domain) {
      ++rows_;
      auto* const domain = list_.add(row);
      if (domain == nullptr) return;
      domain->facts = domains_.find(row.domain);
      waiting_.push_back({Row{}, domain->facts});
      return;
    }
    waiting_bytes_ += row.open_json.size();
    auto domain = domains_.find(row.domain);
    waiting_.push_back({std::move(row), std::move(domain)});
  }

  template <class Message>
  void say(Message message) {
    edges_.progress.done();
    message();
  }

  void show_progress() {
    rate_.add(edges_.loop.now(), rows_);
    const std::uint64_t asked = domains_.asked();
    edges_.progress.show(
        cli::harvest_line({.recipients = rows_,
                           .recipients_waiting = waiting_.size(),
                           .per_second = rate_.per_second(),
                           .bytes = bytes_,
                           .bytes_total = sources_.bytes_total(),
                           .domains = asked,
                           .domains_waiting = asked > answered_ ? asked - answered_ : 0}));
  }

  /// Many domains become known in one round of the loop; their rows are written together.
  void schedule_flush() {
    if (std::exchange(flush_posted_, true)) return;
    edges_.loop.post([this] {
      flush_posted_ = false;
      if (!stopped_) flush();
    });
  }

  void flush() {
    while (!waiting_.empty() && waiting_.front().domain->known) {
      if (!wanted_.by_domain && !take_known(waiting_.front())) {
        stopped_ = true;
        edges_.loop.stop();
        return;
      }
      waiting_bytes_ -= waiting_.front().row.open_json.size();
      waiting_.pop_front();
    }
    // Whoever reads us gets what is ready, also when the next input is long in coming.
    if (waiting_.empty()) edges_.out.flush();
    read_more();
  }

  /// Writes a recipient, where wanted; false when nobody takes any more.
  bool take_known(const Waiting& waiting) {
    const Row& row = waiting.row;
    const DomainFacts& domain = *waiting.domain;
    ++rows_;
    if (wanted_.stats) stats_.add(domain, row.recipients);
    if (!passes(domain)) return true;
    if (edges_.table) {
      return show(row.bare_domain ? row.domain : row.email, row.name, domain);
    }
    line_.assign(row.open_json);
    if (row.wants_provider && !domain.fragment.empty()) {
      line_ += ',';
      line_ += domain.fragment;
    }
    line_ += '}';
    if (line_.size() > limits::kRecordLine) {
      const Error error{ErrorCode::Limit, "the record would be longer than 1 MiB", row.ref};
      say([&] { edges_.log.bad_line(error.text()); });
      ++bad_;
      return true;
    }
    ++written_;
    if (shares_terminal_) edges_.progress.done();
    return edges_.out.write_line(line_);
  }

  void write_domains() {
    for (const auto& domain : list_.entries()) {
      if (!domain.facts->known) continue;
      if (wanted_.stats) stats_.add(*domain.facts, domain.recipients);
      if (!passes(*domain.facts)) continue;
      if (edges_.table) {
        if (!show(*domain.name, std::to_string(domain.recipients), *domain.facts)) return;
        continue;
      }
      ++written_;
      if (!edges_.out.write_line(domain_record(domain))) return;
    }
  }

  bool passes(const DomainFacts& domain) {
    if (wanted_.only.passes(domain.status)) return true;
    ++left_out_[domain.status];
    return false;
  }

  bool show(const std::string& who, const std::string& what, const DomainFacts& domain) {
    table_.add(who, what, domain);
    ++written_;
    if (table_.rows() >= kTableRows) show_table();
    return !edges_.out.closed() && edges_.out.failure().empty();
  }

  void show_table() {
    const auto text = table_.take(edges_.columns, edges_.color);
    if (text.empty()) return;
    edges_.progress.done();
    edges_.out.write(text);
    edges_.out.flush();
  }

  void tell_interrupted() {
    edges_.log.warning(wanted_.by_domain
                           ? "interrupted: recipients not read as yet are not among those counted"
                           : "interrupted: " + counted(waiting_.size(), "recipient") +
                                 " read and not written");
  }

  void tell_left_out() {
    std::uint64_t sum = 0;
    for (const auto& [status, count] : left_out_) sum += count;
    if (sum == 0) return;
    edges_.log.note("--only left out " + counted(sum, wanted_.by_domain ? "domain" : "recipient") +
                    ": " + by_state(left_out_));
  }

  cli::Exit verdict() {
    if (!edges_.out.failure().empty()) {
      edges_.log.error("standard output: " + edges_.out.failure());
      return cli::Exit::Io;
    }
    if (edges_.out.closed()) return cli::Exit::Ok;
    if (domains_.unknown() > 0) {
      edges_.log.warning("no answer about " + std::to_string(domains_.unknown()) + " of " +
                         counted(domains_.asked(), "domain") +
                         " (mx_status retry): " + domains_.why_unknown());
    }
    if (domains_.unjudged() > 0) {
      edges_.log.warning("no judgement about " + counted(domains_.unjudged(), "domain") +
                         " (mx_status error): " + domains_.why_unjudged());
    }
    if (interrupted_) return cli::Exit::TempFail;
    if (sources_.worst() != cli::Exit::Ok) return sources_.worst();
    if (bad_ > 0) return cli::Exit::Data;
    const bool none_known = domains_.asked() > 0 && domains_.cached() == 0 &&
                            domains_.unknown() + domains_.unjudged() >= domains_.asked();
    return none_known ? cli::Exit::TempFail : cli::Exit::Ok;
  }

  Sources& sources_;
  const Edges& edges_;
  const Wanted& wanted_;
  Domains domains_;
  Batch batch_;
  bool more_ = true;
  bool reading_ = false;
  bool ended_ = false;
  bool stopped_ = false;
  bool interrupted_ = false;
  bool flush_posted_ = false;
  std::deque<Waiting> waiting_;
  std::size_t waiting_bytes_ = 0;
  std::string line_;
  DomainList list_;
  PeopleTable table_;
  Stats stats_;
  net::Timer look_;
  cli::RecentRate rate_{kRateWindow};
  bool shares_terminal_;                           ///< records go where the progress line stands
  std::map<std::string, std::uint64_t> left_out_;  ///< by state
  std::uint64_t rows_ = 0;                         ///< done with, written or not
  std::uint64_t written_ = 0;
  std::uint64_t bad_ = 0;
  std::uint64_t bytes_ = 0;
  std::uint64_t answered_ = 0;  ///< domains
};

}  // namespace

Outcome run(Sources& sources, const harvest::Providers& providers, const Edges& edges) {
  // Never destroyed while the thread pool still reads into it: see Outcome::reading.
  auto harvest = std::make_unique<Harvest>(sources, providers, edges);
  const auto outcome = harvest->go();
  // Nor at the end of any other run: to take millions of small pieces apart before the process ends
  // is time for nothing.
  [[maybe_unused]] static Harvest* last = nullptr;
  last = harvest.release();
  return outcome;
}
