#include "run.h"

#include <chrono>
#include <deque>
#include <string>
#include <utility>

#include "base/limits.h"
#include "base/text.h"
#include "domains.h"

using namespace hagaki;

namespace {

constexpr std::size_t kMostRows = 65'536;      ///< that wait for their domain
constexpr std::size_t kMostBytes = 64u << 20;  ///< of these rows
constexpr std::size_t kTableRows = 500;        ///< shown at once

class Harvest {
 public:
  Harvest(Sources& sources, const harvest::Providers& providers, const Edges& edges)
      : sources_(sources),
        edges_(edges),
        domains_({edges.resolver, edges.mx_hosts, edges.cache,
                  [this](const Error& error) { say([&] { warn_of_cache(edges_.log, error); }); }},
                 providers, [this] { schedule_flush(); }),
        table_(columns()) {}

  Outcome go() {
    const net::Signals signals(edges_.loop, [this](int) {
      interrupted_ = true;
      edges_.loop.stop();
    });
    read_more();
    edges_.loop.run();
    domains_.keep();
    edges_.progress.done();
    edges_.log.end_bad_lines();
    if (interrupted_) {
      edges_.log.warning("interrupted: " + counted(waiting_.size(), "recipient") +
                         " read and not written");
    }
    show_table();
    edges_.out.flush();
    edges_.log.debug(counted(written_, "recipient") + " written, " + counted(bad_, "bad row") +
                     ", " + counted(domains_.asked(), "domain") + " asked about, " +
                     std::to_string(domains_.cached()) + " known from the cache");
    return {verdict(), reading_};
  }

 private:
  struct Waiting {
    Row row;
    std::shared_ptr<const DomainFacts> domain;
  };

  static cli::Table columns() {
    return cli::Table({{"ADDRESS", cli::Table::Align::Left, 16},
                       {"NAME", cli::Table::Align::Left, 8},
                       {"MAIL", cli::Table::Align::Left, 12},
                       {"FIRST MX", cli::Table::Align::Left, 12},
                       {"PROVIDER", cli::Table::Align::Left, 8}});
  }

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
    for (const auto& detail : batch_.details) say([&] { edges_.log.debug(detail); });
    for (const auto& note : batch_.notes) say([&] { edges_.log.note(note); });
    for (const auto& problem : batch_.problems) {
      const bool line = problem.code == ErrorCode::Syntax || problem.code == ErrorCode::Limit;
      say([&] { line ? edges_.log.bad_line(problem.text()) : edges_.log.error(problem.text()); });
    }
    bad_ += batch_.problems.size();
    for (auto& row : batch_.rows) {
      waiting_bytes_ += row.open_json.size();
      auto domain = domains_.find(row.domain);
      waiting_.push_back({std::move(row), std::move(domain)});
    }
    flush();
  }

  template <class Message>
  void say(Message message) {
    edges_.progress.done();
    message();
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
      if (!write(waiting_.front())) {
        stopped_ = true;
        edges_.loop.stop();
        return;
      }
      waiting_bytes_ -= waiting_.front().row.open_json.size();
      waiting_.pop_front();
      ++written_;
    }
    // Whoever reads us gets what is ready, also when the next input is long in coming.
    if (waiting_.empty()) edges_.out.flush();
    edges_.progress.update(
        written_, std::nullopt,
        counted(domains_.asked(), "domain") + ", " + std::to_string(waiting_.size()) + " waiting");
    read_more();
  }

  bool write(const Waiting& waiting) {
    const Row& row = waiting.row;
    const DomainFacts& domain = *waiting.domain;
    if (edges_.table) {
      const bool dead = domain.status == "no-domain" || domain.status == "null-mx" ||
                        domain.status == "no-mail-host";
      const bool open = domain.status == "retry" || domain.status == "error";
      table_.row({row.email.empty() ? row.domain : row.email, row.name, domain.status,
                  domain.first_mx, domain.provider},
                 dead   ? "31"
                 : open ? "33"
                        : "");
      if (++table_rows_ >= kTableRows) show_table();
      return !edges_.out.closed() && edges_.out.failure().empty();
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
    return edges_.out.write_line(line_);
  }

  void show_table() {
    if (table_rows_ == 0) return;
    edges_.progress.done();
    edges_.out.write(table_.text(edges_.columns, edges_.color));
    edges_.out.flush();
    table_ = columns();
    table_rows_ = 0;
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
    if (interrupted_) return cli::Exit::TempFail;
    if (sources_.worst() != cli::Exit::Ok) return sources_.worst();
    if (bad_ > 0) return cli::Exit::Data;
    const bool none_known =
        domains_.asked() > 0 && domains_.unknown() == domains_.asked() && domains_.cached() == 0;
    return none_known ? cli::Exit::TempFail : cli::Exit::Ok;
  }

  Sources& sources_;
  const Edges& edges_;
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
  cli::Table table_;
  std::size_t table_rows_ = 0;
  std::uint64_t written_ = 0;
  std::uint64_t bad_ = 0;
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
