#include "send.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <filesystem>

#include <unistd.h>

#include <fmt/core.h>

#include "cli/progress.h"
#include "cli/sending_line.h"
#include "net/cares_resolver.h"
#include "net/loop.h"
#include "relays.h"
#include "release.h"
#include "store/journal.h"

using namespace hagaki;
using std::chrono::milliseconds;

namespace {

constexpr milliseconds kProgressEvery{250};
/// Receivers that the progress names.
constexpr std::size_t kSlowest = 2;
constexpr milliseconds kNotesEvery{1'000};
constexpr milliseconds kRateWindow{10'000};

milliseconds to_ms(double seconds) {
  return milliseconds(static_cast<milliseconds::rep>(seconds * 1000));
}

delivery::Timeouts timeouts(double seconds) {
  delivery::Timeouts result;
  if (seconds <= 0) return result;
  for (milliseconds* one : {&result.connect, &result.greeting, &result.command, &result.data,
                            &result.block, &result.body}) {
    *one = std::min(*one, to_ms(seconds));
  }
  return result;
}

delivery::Pipelining pipelining(const std::string& name) {
  if (name == "off") return delivery::Pipelining::Off;
  return name == "deep" ? delivery::Pipelining::Deep : delivery::Pipelining::Grouped;
}

Result<delivery::Options> engine_options(const Options& options) {
  delivery::Options engine;
  auto relays = read_relays(options);
  if (!relays) return tl::unexpected<Error>(relays.error());
  const auto tls = tls_level(options, *relays);
  if (!tls) return tl::unexpected<Error>(tls.error());
  auto helo = helo_name(options);
  if (!helo) return tl::unexpected<Error>(helo.error());
  if (auto found = find_sources(options.sources); !found) {
    return tl::unexpected<Error>(found.error());
  }
  if (!options.ca_file.empty() && ::access(options.ca_file.c_str(), R_OK) != 0) {
    return fail(ErrorCode::Config, std::strerror(errno), "--ca-file " + options.ca_file);
  }
  auto door = relay_door(options);
  if (!door) return tl::unexpected<Error>(door.error());
  engine.door = std::move(*door);
  engine.campaign = options.campaign;
  engine.relays = std::move(*relays);
  engine.routes = options.routing.table;
  engine.direct_port = static_cast<std::uint16_t>(options.port);
  engine.connections = static_cast<int>(options.connections);
  engine.tls = *tls;
  engine.ca_file = options.ca_file;
  engine.helo = std::move(*helo);
  engine.sources = options.sources.pool;
  engine.next_source = options.on_block.next_source;
  engine.relay_on_block = options.on_block.relay;
  engine.pipelining = pipelining(options.pipelining);
  engine.chunking = options.chunking;
  engine.require_tls = options.requiretls;
  engine.dsn.notify = options.dsn_notify.empty() ? "" : *parse_notify(options.dsn_notify);
  if (!options.dsn_return.empty()) {
    using Return = smtp::DsnRequest::Return;
    engine.dsn.returned = options.dsn_return == "full" ? Return::Full : Return::Headers;
  }
  engine.timeouts = timeouts(options.timeout);
  engine.retry_after = to_ms(options.retry_after);
  engine.attempts = options.once ? 1 : static_cast<int>(options.attempts);
  engine.expire = options.expire;
  engine.bounce_limit = options.max_bounce;
  engine.folder = std::filesystem::path(options.journal).parent_path();
  engine.retry_uncertain = options.retry_uncertain;
  return engine;
}

/// For campaigns that ask no DNS of ours.
class NoResolver : public dns::Resolver {
 public:
  void query(const std::string&, dns::Type, Done) override {}
};

/// A source that knows whether it has ended.
class KnownEnd : public delivery::RecipientSource {
 public:
  explicit KnownEnd(delivery::RecipientSource& source) : source_(source) {}
  bool ready() override { return source_.ready(); }
  std::optional<delivery::Recipient> next() override {
    auto recipient = source_.next();
    ended_ = !recipient;
    return recipient;
  }
  [[nodiscard]] bool ended() const { return ended_; }

 private:
  delivery::RecipientSource& source_;
  bool ended_ = false;
};

/// What is shown of a campaign while it runs.
cli::SendingFigures figures(const delivery::Summary& so_far, bool input_ended,
                            std::uint64_t deferrals) {
  cli::SendingFigures out;
  out.delivered = so_far.delivered;
  out.failed = so_far.failed;
  out.held = so_far.held;
  out.uncertain = so_far.uncertain;
  out.deferrals = deferrals;
  out.done = so_far.delivered + so_far.failed + so_far.held + so_far.skipped + so_far.uncertain +
             so_far.already_done;
  if (input_ended) out.total = std::max(out.done, so_far.recipients);
  return out;
}

/// Tells the journal how long the list is, as far as that is known, for those who ask how much is
/// left.
class InputNotes {
 public:
  InputNotes(store::Journal& journal, const KnownEnd& source)
      : journal_(journal), source_(source) {}
  void update(const delivery::Summary& so_far) {
    // The same address twice is one recipient.
    const auto seen = so_far.recipients - so_far.skipped;
    if (seen == told_ && source_.ended() == told_end_) return;
    told_ = seen;
    told_end_ = source_.ended();
    journal_.note_input(told_, told_end_);
  }

 private:
  store::Journal& journal_;
  const KnownEnd& source_;
  std::uint64_t told_ = 0;
  bool told_end_ = false;
};

/// What the campaign is to keep within, as the files say.
struct Bounds {
  delivery::Limiting limiting;
  rules::WarmUpTable warm_ups;
};

Result<Bounds> read_bounds(const Options& options, const delivery::Options& engine, cli::Log& log) {
  auto limiting = read_limits(options.limiting, engine.relays, options.routing.table.get(), log);
  if (!limiting) return tl::unexpected<Error>(limiting.error());
  auto warm_ups = read_warm_ups(options.sources, log);
  if (!warm_ups) return tl::unexpected<Error>(warm_ups.error());
  return Bounds{std::move(*limiting), std::move(*warm_ups)};
}

/// Opens what is counted in the file beside the journal.
Result<void> open_counts(const Options& options, Bounds bounds, delivery::Options& engine) {
  bounds.limiting.quota_file = beside_journal(options, "limits");
  if (!bounds.warm_ups.empty()) {
    auto warm_ups =
        delivery::WarmUps::open(bounds.warm_ups, bounds.limiting.quota_file, bounds.limiting.zone);
    if (!warm_ups) return tl::unexpected<Error>(warm_ups.error());
    engine.warm_ups = std::make_shared<delivery::WarmUps>(std::move(*warm_ups));
  }
  auto throttles = delivery::Throttles::open(std::move(bounds.limiting));
  if (!throttles) return tl::unexpected<Error>(throttles.error());
  engine.throttles = std::make_shared<delivery::Throttles>(std::move(*throttles));
  return {};
}

Result<std::unique_ptr<store::Journal>> open_journal(const Options& options) {
  const auto folder = std::filesystem::path(options.journal).parent_path();
  if (!folder.empty()) {
    std::error_code error;
    if (std::filesystem::create_directories(folder, error)) {
      // Who was mailed what is nobody else's business.
      std::filesystem::permissions(folder, std::filesystem::perms::owner_all, error);
    }
    if (error) return fail(ErrorCode::Io, error.message(), folder.string());
  }
  store::Journal::Options how;
  how.resume = options.resume;
  return store::Journal::open(options.journal, options.campaign, how);
}

}  // namespace

Result<void> check_route(const Options& options) {
  const auto engine = engine_options(options);
  if (!engine) return tl::unexpected<Error>(engine.error());
  return {};
}

Result<void> check_bounds(const Options& options, cli::Log& log) {
  const auto engine = engine_options(options);
  if (!engine) return tl::unexpected<Error>(engine.error());
  const auto bounds = read_bounds(options, *engine, log);
  if (!bounds) return tl::unexpected<Error>(bounds.error());
  return {};
}

Result<delivery::Summary> send(const Options& options, const std::vector<dns::IpAddress>& left_out,
                               const cli::CommonOptions& common, Recipients& recipients,
                               MessageMaker& maker, Events& events, cli::Log& log) {
  auto engine = engine_options(options);
  if (!engine) return tl::unexpected<Error>(engine.error());
  engine->sources = engine->sources.without(left_out);
  std::signal(SIGPIPE, SIG_IGN);
  net::Loop loop;
  std::unique_ptr<dns::Resolver> resolver = std::make_unique<NoResolver>();
  if (delivery::uses_dns(*engine)) {
    net::CaresResolver::Options servers;
    if (!options.resolver.empty()) servers.servers.push_back(options.resolver);
    auto made = net::CaresResolver::create(loop, servers);
    if (!made) return tl::unexpected<Error>(made.error());
    for (const auto& server : (*made)->servers()) {
      log.debug("asking the resolver " + server + " for the recipients' servers");
    }
    auto policies =
        tls_policies(options.tls_policy, (*made)->servers(), beside_journal(options, "mta-sts"));
    if (!policies) return tl::unexpected<Error>(policies.error());
    if (!policies->dane && options.tls_policy.policy.empty()) {
      log.debug("DANE is not used: the resolver is not on this machine (--trust-ad)");
    }
    engine->tls_policies = std::move(*policies);
    resolver = std::move(*made);
  }
  for (const auto& relay : engine->relays) {
    log.debug(fmt::format("sending through {}:{}", relay.host, relay.port));
  }
  // What is wrong there leaves no journal behind.
  auto bounds = read_bounds(options, *engine, log);
  if (!bounds) return tl::unexpected<Error>(bounds.error());
  if (engine->door.open) {
    if (const auto opened = engine->door.open(); !opened) {
      return tl::unexpected<Error>(opened.error());
    }
    engine->door.is_open = true;
  }
  auto journal = open_journal(options);
  if (!journal) {
    if (journal.error().code != ErrorCode::Denied) return tl::unexpected<Error>(journal.error());
    // Exit 65, not 77: the state of the campaign forbids it, no permission.
    return fail(ErrorCode::Syntax, journal.error().message, journal.error().context);
  }
  const auto earlier = (*journal)->keys(rules::kBulk);
  if (!earlier) return tl::unexpected<Error>(earlier.error());
  recipients.begin_with(*earlier, [&journal = **journal](std::string_view key) {
    const auto known = journal.find(key);
    return known && known->has_value();
  });
  if (auto kept = events.keep_log(options.journal); !kept) {
    return tl::unexpected<Error>(kept.error());
  }
  log.debug(fmt::format("the journal of campaign \"{}\" is {}", options.campaign, options.journal));
  engine->receivers_file = beside_journal(options, kReceiversFile);
  engine->language = common.lang;
  if (auto opened = open_counts(options, std::move(*bounds), *engine); !opened) {
    return tl::unexpected<Error>(opened.error());
  }
  delivery::Campaign campaign(loop, *resolver, **journal, std::move(*engine));
  net::Signals signals(loop, [&campaign](int signal) {
    campaign.stop(signal == SIGINT ? "interrupted" : "told to stop");
  });
  KnownEnd source(recipients);
  InputNotes notes(**journal, source);
  net::Timer note_tick(loop);
  note_tick.start_repeating(kNotesEvery, [&] { notes.update(campaign.progress()); });
  note_tick.unref();
  cli::Progress progress("recipients", common.quiet);
  cli::RecentRate rate(kRateWindow);
  net::Timer tick(loop);
  const auto show = [&] {
    auto so_far = figures(campaign.progress(), source.ended(), events.deferrals());
    rate.add(loop.now(), so_far.delivered + so_far.failed + so_far.held + so_far.uncertain);
    so_far.per_second = rate.per_second();
    for (auto& each : campaign.crowds(kSlowest)) {
      so_far.slowest.push_back({std::move(each.receiver), each.waiting, each.held});
    }
    progress.show(cli::sending_line(so_far));
  };
  if (progress.active()) {
    tick.start_repeating(kProgressEvery, show);
    tick.unref();
  }
  auto summary = campaign.run(source, maker, events);
  tick.stop();
  note_tick.stop();
  notes.update(summary);
  progress.done();
  return summary;
}
