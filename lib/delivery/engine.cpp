#include "delivery/engine.h"

#include <utility>

#include "base/ordered_pool.h"

namespace hagaki::delivery {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kTidy{1'000};
constexpr milliseconds kGoodbye{1'000};
/// Replies have so long to come when a run is stopped; a whole message without one is uncertain.
constexpr milliseconds kDrain{5'000};

}  // namespace

Engine::Engine(net::Loop& loop, dns::Resolver& resolver, store::Journal& journal,
               const Options& options, RecipientSource& source, Renderer& renderer, EventSink& sink)
    : loop_(loop),
      journal_(journal),
      options_(options),
      source_(source),
      renderer_(renderer),
      connector_(loop),
      resolver_(resolver),
      throttles_(options.throttles ? options.throttles
                                   : std::make_shared<Throttles>(Throttles::open({}).value())),
      sources_(options),
      groups_(*throttles_),
      routes_(resolver, options, sources_, groups_),
      ledger_(loop, journal, sink,
              {.cleared = [this](Item& item) { on_cleared(item); },
               .settled = [this](Item& item,
                                 const records::DeliveryEvent& event) { on_settled(item, event); },
               .withdrawn =
                   [this](Item& item) {
                     --open_intents_;
                     on_withdrawn(item);
                   },
               .batch_done = [this] { on_batch_done(); },
               .sink_failed =
                   [this] {
                     summary_.sink_failed = true;
                     stop("nobody takes the events any more");
                   },
               .journal_failed = [this](const Error& error) { halt(error); }}),
      tick_(loop),
      retry_timer_(loop),
      gate_timer_(loop),
      waiting_(options.folder, options.window / 4),
      door_(loop, options.door, [this](const Result<void>& opened) { on_door(opened); }),
      finishers_(loop, options.finishing_threads > 0 ? options.finishing_threads : usable_cores()) {
}

Engine::~Engine() = default;

Summary Engine::run() {
  loop_.hold();
  // From now on answers are kept by this clock.
  routes_.tidy(loop_.now());
  if (watch_receivers() && find_policies() && take_up_earlier_run()) {
    tick_.start_repeating(kTick, [this] { tick(); });
    later([this] {
      fill();
      maybe_finish();
    });
    loop_.run();
  }
  loop_.release();
  settle_account();
  return summary_;
}

bool Engine::watch_receivers() {
  Watches::Settings settings;
  settings.campaign = options_.campaign;
  settings.language = options_.language;
  settings.file = options_.receivers_file;
  settings.max_bounce = options_.bounce_limit;
  settings.each.pause = options_.receiver_pause;
  settings.detour = [this](const std::string& name) { return detour_of(name); };
  auto watches = Watches::open(std::move(settings),
                               [this](const records::Notice& notice) { ledger_.note(notice); });
  if (!watches) {
    halt(watches.error(), "what is known of the receivers cannot be read");
    return false;
  }
  const auto ended = journal_.ended();
  if (!ended) {
    halt(ended.error());
    return false;
  }
  watches_.emplace(std::move(*watches));
  watches_->count_earlier(*ended);
  for (const auto& [key, lane] : routes_.lanes()) obey(*lane->group);
  see_to_held_relays();
  return true;
}

bool Engine::find_policies() {
  const auto& settings = options_.tls_policies;
  if (!settings.mta_sts || !routes_.go_direct() || options_.tls == Tls::None) return true;
  auto opened = PolicyFinder::open(loop_, resolver_, settings, options_.ca_file);
  if (!opened) {
    halt(opened.error());
    return false;
  }
  policies_ = std::move(*opened);
  routes_.obey(*policies_);
  return true;
}

/// Reports what an earlier run could not, and makes its interrupted tries uncertain: both on disk
/// before this run sends anything.
bool Engine::take_up_earlier_run() {
  auto repeated = ledger_.report_again();
  if (!repeated) {
    halt(repeated.error());
    return false;
  }
  summary_.repeated = *repeated;
  for (const auto& cut : journal_.interrupted()) {
    auto address = Address::parse(cut.email);
    if (!address) {
      halt(address.error());
      return false;
    }
    auto item = std::make_unique<Item>(cut.id, Recipient{std::move(*address), {}});
    item->first = false;
    item->intended = true;
    item->tries = 1;
    ++open_intents_;
    item->attempt = cut.attempt;
    item->message.message_id = cut.message_id;
    item->message.envelope_sender = cut.envelope_sender;
    Item& kept = *items_.emplace(cut.id, std::move(item)).first->second;
    Said said;
    said.kind = Kind::Uncertain;
    said.by = "local";
    said.phase = "body";
    said.message = "an earlier run ended before the reply to the message was seen";
    kept.begun = loop_.now();
    conclude(kept, said, {});
  }
  journal_.sync();
  ledger_.advance();
  return !halted_;
}

/// Calls `task` from the loop, unless this engine is gone by then.
void Engine::later(net::Loop::Task task) {
  loop_.post([alive = std::weak_ptr<bool>(alive_), task = std::move(task)] {
    if (!alive.expired()) task();
  });
}

void Engine::tick() {
  const auto now = loop_.now();
  for (Session* session : all_sessions()) session->check(now);
  if (halted_) return;
  listen();
  ledger_.advance();  // notices wait for no commit of their own
  ledger_.sync();
  if (stopping_ && !ending_ && now >= drain_until_) cut_off();
  slow_session_close(now);
  keep_door_open();
  for (const auto& [key, lane] : routes_.lanes()) {
    if (!lane->has_work()) continue;
    lane->queue.reopen();
    touch(*lane);
  }
  serve_touched();
  if (now >= next_tidy_) {
    next_tidy_ = now + kTidy;
    routes_.tidy(now);
    groups_.tidy(now);
  }
  fill();
  end_pass_if_all_wait();
  maybe_finish();
}

void Engine::stop(std::string why) {
  if (stopping_ || halted_) return;
  stopping_ = true;
  drain_until_ = loop_.now() + kDrain;
  summary_.stopped = true;
  summary_.stop_reason = std::move(why);
  retry_timer_.stop();
  summary_.deferred += waiting_.due_later();
  for (const auto& [key, lane] : routes_.lanes()) {
    lane->queue.take_all();
    lane->cleared.clear();
    std::vector<Session*> unopened;
    for (const auto& session : lane->sessions) {
      if (!session->opened()) unopened.push_back(session.get());
    }
    for (Session* session : unopened) retire(*session);
  }
  std::vector<Item*> all;
  for (const auto& [id, item] : items_) all.push_back(item.get());
  for (Item* item : all) {
    switch (item->stage) {
      case Item::Stage::Routing:
      case Item::Stage::Queued:
        if (item->tries > 0) ++summary_.deferred;
        drop(*item);
        break;
      case Item::Stage::Finishing:
      case Item::Stage::Cleared:
        withdraw(*item);
        break;
      case Item::Stage::Intended:  // withdrawn when it is on disk
      case Item::Stage::Sending:
      case Item::Stage::Settling:
        break;
    }
  }
  later([this] { maybe_finish(); });
}

/// Where a caller may still hold items that stop() drops.
void Engine::stop_soon(std::string why) {
  later([this, why = std::move(why)] { stop(why); });
}

/// Who got no reply in time: a message without its final dot is delivered by nobody.
void Engine::cut_off() {
  for (Session* session : all_sessions()) {
    session->abort({ErrorCode::Io, "stopped before the answer", {}});
  }
}

/// As they are now: what is done with one may end others.
std::vector<Session*> Engine::all_sessions() const {
  std::vector<Session*> all;
  for (const auto& [key, lane] : routes_.lanes()) {
    for (const auto& session : lane->sessions) all.push_back(session.get());
  }
  return all;
}

/// The journal is lost: nothing may be sent any more, and nothing that happens can be recorded.
void Engine::halt(const Error& error, std::string why) {
  if (halted_) return;
  halted_ = true;
  summary_.stopped = true;
  summary_.stop_reason = std::move(why);
  summary_.journal_error = error;
  for (const auto& [key, lane] : routes_.lanes()) {
    for (const auto& session : lane->sessions) session->silence();
  }
  end_run();
}

void Engine::maybe_finish() {
  if (halted_) return;
  if (!ending_) {
    if (!source_done_ && !stopping_) return;
    if (!items_.empty() || !ledger_.idle()) return;
    if (!stopping_ && waiting_.count() > 0) return;
    ending_ = true;
    ending_since_ = loop_.now();
    for (Session* session : all_sessions()) session->idle() ? session->quit() : retire(*session);
  }
  if (sessions_ == 0 || loop_.now() - ending_since_ > kGoodbye) end_run();
}

void Engine::end_run() {
  tick_.stop();
  retry_timer_.stop();
  gate_timer_.stop();
  loop_.stop();
}

void Engine::settle_account() {
  for (const auto& [key, lane] : routes_.lanes()) {
    for (std::size_t i = 0; i < lane->sessions.size(); ++i) lane->limits->session_closed();
    lane->sessions.clear();
  }
  retired_.clear();
  summary_.silent_hosts = port_watch_.silent_hosts();
  if (policies_) summary_.policies_not_kept = policies_->not_kept();
  if (halted_) return;
  (void)watches_->tick(moment());
  journal_.sync();
  ledger_.advance();
  ledger_.sync();
  auto left = journal_.unfinished();
  if (left && !summary_.stopped && !summary_.sink_failed) {
    const auto waiting = summary_.deferred + summary_.held_with_receiver;
    summary_.absent = *left > waiting ? *left - waiting : 0;
    if (*left == 0) journal_.finish();
    journal_.sync();
  }
  if (!left) summary_.journal_error = left.error();
  if (const auto failure = journal_.failure()) summary_.journal_error = failure;
}

}  // namespace hagaki::delivery
