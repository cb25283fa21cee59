#include <algorithm>
#include <cassert>
#include <utility>

#include <fmt/core.h>

#include "delivery/engine.h"

namespace hagaki::delivery {
namespace {

using std::chrono::milliseconds;

/// Messages taken after which a lane that was slowed down may have one session more.
constexpr int kRecovery = 100;
/// A host that TLSA records may speak of is looked up again after so long: its keys change.
constexpr milliseconds kDaneFresh = std::chrono::minutes{30};

}  // namespace

void Engine::open_more(Lane& lane) {
  if (stopping_ || lane.paused(loop_.now())) return;
  // A session is opened for somebody who could be sent at once, so that a server that refuses us
  // has a recipient to say it of.
  if (lane.cleared.empty() && lane.sending == 0) return;
  const auto work = lane.hands() + lane.queue.ready();
  if (lane.lookup == Lane::Lookup::Done && lane.tls.demand.dane &&
      loop_.now() - lane.looked_up > kDaneFresh) {
    lane.lookup = Lane::Lookup::Needed;
  }
  if (lane.lookup == Lane::Lookup::Needed) return look_up(lane);
  if (lane.lookup == Lane::Lookup::Asked) return;
  if (lane.is_relay && lane.sessions.size() < lane.allowed() && !door_.is_open()) return;
  const auto wanted = std::min(work, lane.allowed());
  while (lane.sessions.size() < wanted && take_session(lane)) open_session(lane);
}

void Engine::open_session(Lane& lane) {
  net::SmtpTarget target;
  target.host = lane.tls_name.empty() ? lane.server.host : lane.tls_name;
  target.port = lane.server.port;
  target.implicit_tls = lane.server.implicit_tls;
  target.user = lane.server.user;
  target.password = lane.server.password;
  target.tls = lane.tls.level(lane.server.tls.value_or(options_.tls));
  target.tlsa = lane.tls.dane.records;
  target.ca_file = options_.ca_file;
  target.helo = lane.source->helo;
  target.source_ip = lane.source->ip;
  target.connect_timeout = options_.timeouts.connect;
  target.greeting_timeout = options_.timeouts.greeting;
  if (!lane.addresses.empty()) target.ip = lane.addresses[lane.address % lane.addresses.size()];
  const auto pipelining = lane.distrust_deep && options_.pipelining == Pipelining::Deep
                              ? Pipelining::Grouped
                              : options_.pipelining;
  ++sessions_;
  ++lane.group->sessions;
  lane.limits->session_opened();
  ++lane.opening;
  lane.sessions.push_back(std::make_unique<Session>(loop_, *this, lane, options_.timeouts));
  lane.sessions.back()->tls = lane.tls;
  lane.sessions.back()->open(connector_, target, pipelining);
}

/// In one session; 0: as many as there are.
int Engine::most_messages(const Lane& lane) const {
  const int limit = lane.limits->messages_per_connection();
  const int most = limit > 0 ? limit : options_.messages_per_connection;
  if (most == 0 || lane.session_takes == 0) return std::max(most, lane.session_takes);
  return std::min(most, lane.session_takes);
}

void Engine::hand_out(Session& session) {
  Lane& lane = session.lane();
  const int most = most_messages(lane);
  while (session.room() && !lane.cleared.empty() && ledger_.may_begin() && !stopping_) {
    if (most > 0 && session.begun() >= most) {
      if (session.idle()) session.quit();
      return;
    }
    Item& item = *lane.cleared.front();
    lane.cleared.pop_front();
    if (loop_.now() < lane.group->quiet_until || !window_is_open() || !count_in(item, lane)) {
      withdraw(item);
      continue;
    }
    if (item.message.data.empty()) {
      if (!complete_message(item)) continue;
      finish_message(item);
    }
    if (item.finishing) {
      item.stage = Item::Stage::Finishing;
      ++lane.intended;
      continue;
    }
    if (!item.slot) ledger_.reserve(item);
    item.stage = Item::Stage::Sending;
    item.begun = loop_.now();
    ++lane.sending;
    smtp::Transaction t;
    t.id = item.id;
    t.sender = item.message.envelope_sender;
    t.recipient = item.recipient.address.envelope();
    t.data = std::move(item.message.data);
    t.eightbit = item.message.needs_8bitmime;
    t.smtputf8 = item.message.needs_smtputf8 || item.recipient.address.needs_smtputf8();
    t.chunking = options_.chunking;
    t.require_tls = options_.require_tls;
    t.dsn = options_.dsn;
    if (t.dsn.asked()) t.dsn.envelope_id = item.message.message_id;
    item.message.data.clear();
    session.begin(std::move(t));
  }
}

Where Engine::where_of(const Lane& lane, const Session* session) const {
  Where where;
  (lane.is_relay ? where.relay : where.mx) = lane.server.host;
  where.source_ip = lane.source->ip;
  if (session) {
    where.remote_ip = session->info().remote_ip;
    where.source_ip = session->info().source_ip;
    where.tls = session->info().tls;
    if (!lane.is_relay) {
      where.tls_policy = session->tls.policy(options_.tls);
      where.tls_failure = session->tls.failure(options_.tls, session->info().tls_failure);
    }
  }
  return where;
}

/// Tells by which policy a session was refused, or would have gone on.
void Engine::note_policy(Session& session, const net::SmtpRefused& refused, Said& said,
                         Where& where) {
  where.tls_policy = session.tls.policy(options_.tls);
  where.tls_failure = refused.tls_failure;
  if (said.reply || refused.tls_failure.empty()) return;
  if (where.tls_policy == "dane") {
    said.message = "DANE demands verified TLS here: " + said.message;
    // Its keys may be new.
    auto& lookup = session.lane().lookup;
    if (lookup == Lane::Lookup::Done) lookup = Lane::Lookup::Needed;
  } else if (where.tls_policy == "mta-sts") {
    said.message =
        "the MTA-STS policy of the recipient's domain demands verified TLS: " + said.message;
  }
}

void Engine::session_opened(Session& session) {
  Lane& lane = session.lane();
  --lane.opening;
  port_watch_.connected(lane.server.port);
  lane.proven = true;
  lane.hopeless = false;
  lane.failures = 0;
  lane.addresses_failed = 0;
  lane.refused_us = false;
}

void Engine::session_ready(Session& session) {
  if (halted_ || ending_) return;
  hand_out(session);
  Lane& lane = session.lane();
  if (lane.queue.ready() > 0) {
    touch(lane);
    return serve_soon();
  }
  // Others need the connection more.
  if (lane.hands() == 0 && others_wait()) return close_unused(lane);
  hurry_for(lane);
}

void Engine::session_refused(Session& session, const net::SmtpRefused& refused) {
  Lane& lane = session.lane();
  Where where = where_of(lane, nullptr);
  where.remote_ip = refused.remote_ip;
  where.tls = refused.tls;
  if (refused.phase == "connect") {
    port_watch_.failed(lane.server.port, lane.server.host, refused.timed_out);
  } else {
    port_watch_.connected(lane.server.port);
  }
  Said said = said_by(refused);
  if (!lane.is_relay && (!refused.tls.empty() || !refused.tls_failure.empty())) {
    note_policy(session, refused, said, where);
  }
  retire(session);
  const bool others_open = static_cast<int>(lane.sessions.size()) > lane.opening;
  if (others_open) {
    // It serves us, but not with that many sessions.
    lane.limit = std::max(1, static_cast<int>(lane.sessions.size()));
    lane.recovered = 0;
    lane.paused_until = loop_.now() + options_.host_pause;
  } else if (said.by == "local" && ++lane.addresses_failed < lane.addresses.size()) {
    ++lane.address;
    touch(lane);
  } else if (lane.opening == 0) {
    lane.addresses_failed = 0;
    ++lane.address;
    // A relay that refuses us is lane_failed()'s concern.
    if (refused.reply && refused.phase == "greeting" && !lane.is_relay) {
      heed_session(lane, *refused.reply);
    }
    lane.group->held ? touch(lane) : lane_failed(lane, said, where);
  }
  serve_touched();
  maybe_finish();
}

void Engine::session_event(Session& session, const smtp::Event& event) {
  const auto it = items_.find(event.id);
  assert(it != items_.end());
  Item& item = *it->second;
  Lane& lane = session.lane();
  if (event.kind == smtp::Event::Kind::BodyBegins) {
    if (!ledger_.mark(item)) halt({ErrorCode::Io, "the mark of a message cannot be written", {}});
    return;
  }
  --lane.sending;
  if (halted_) return;
  const Where where = where_of(lane, &session);
  Said said = said_by(event);
  if (event.distrust_deep) lane.distrust_deep = true;
  const bool no_more = ends_session(said) && session.taken > 0;
  if (!no_more && event.kind != smtp::Event::Kind::Returned) ++session.answered;
  if (no_more) close_full(session);
  if (no_more || (session.full && event.kind == smtp::Event::Kind::Returned)) return put_back(item);
  const bool slow = said.reply && said.reply->code == 421;
  if (event.kind == smtp::Event::Kind::Returned || slow) return give_back(item, said, where);
  // What this server cannot take, the next one of the recipient's may.
  if (event.kind == smtp::Event::Kind::Unfit && event.error->code != ErrorCode::Syntax &&
      !stopping_) {
    const auto passed = pass_on(item);
    if (passed == Passed::On) return;
    if (passed == Passed::Later) said.kind = Kind::Deferred;
  }
  // Where it took others' mail a moment ago, the reply is this recipient's alone.
  if (lane.is_relay && !lane.accepted && blames_sender(said)) {
    said.kind = Kind::Deferred;
    said.about_us = true;
  }
  if (said.kind == Kind::Deferred && refuses_us(said)) {
    give_back(item, said, where);
    session.quit_soon();
    return lane_failed(lane, said, where);
  }
  if (event.kind == smtp::Event::Kind::Accepted) {
    lane.accepted = true;
    lane.slowdowns = 0;
    ++session.taken;
    if (lane.limit < lane.most && ++lane.recovered >= kRecovery) {
      lane.recovered = 0;
      ++lane.limit;
    }
  }
  conclude(item, said, where);
}

/// The server takes no more in this session: no sign that it wants less mail, and nobody's try.
void Engine::close_full(Session& session) {
  session.full = true;
  session.quit_soon();
  int& takes = session.lane().session_takes;
  takes = takes == 0 ? session.answered : std::min(takes, session.answered);
}

void Engine::session_over(Session& session, const smtp::Event& last) {
  Lane& lane = session.lane();
  retire(session);
  if (halted_) return;
  if (last.reply && last.reply->code == 421 && !session.full) {
    heed_session(lane, *last.reply);
    slow_down(lane);
  }
  touch(lane);
  // The session is still on the stack.
  later([this] {
    serve_touched();
    maybe_finish();
  });
}

/// Takes a session out of its lane. It lives on until nothing of it is on the stack.
void Engine::retire(Session& session) {
  Lane& lane = session.lane();
  const auto it = std::find_if(lane.sessions.begin(), lane.sessions.end(),
                               [&session](const auto& each) { return each.get() == &session; });
  if (it == lane.sessions.end()) return;
  if (!session.opened()) --lane.opening;
  session.silence();
  --sessions_;
  --lane.group->sessions;
  lane.limits->session_closed();
  for (const auto& next : called_) touch(*next);
  if (retired_.empty()) {
    later([this] { retired_.clear(); });
  }
  retired_.push_back(std::move(*it));
  lane.sessions.erase(it);
}

}  // namespace hagaki::delivery
