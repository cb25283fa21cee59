#include "delivery/session.h"

#include <utility>

namespace hagaki::delivery {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kQuitTimeout{5'000};

smtp::Grouping grouping_of(Pipelining pipelining) {
  switch (pipelining) {
    case Pipelining::Off:
      return smtp::Grouping::Stepwise;
    case Pipelining::Grouped:
      return smtp::Grouping::Grouped;
    case Pipelining::Deep:
      return smtp::Grouping::Deep;
  }
  return smtp::Grouping::Stepwise;
}

milliseconds limit_of(smtp::Dialogue::Awaiting what, const Timeouts& timeouts) {
  using Awaiting = smtp::Dialogue::Awaiting;
  switch (what) {
    case Awaiting::Mail:
    case Awaiting::Rcpt:
    case Awaiting::Rset:
      return timeouts.command;
    case Awaiting::Data:
      return timeouts.data;
    case Awaiting::Body:
    case Awaiting::LoneDot:
      return timeouts.body;
    case Awaiting::Quit:
      return kQuitTimeout;
  }
  return timeouts.command;
}

}  // namespace

Session::Session(net::Loop& loop, SessionOwner& owner, Lane& lane, const Timeouts& timeouts)
    : loop_(loop), owner_(owner), lane_(lane), timeouts_(timeouts), last_progress_(loop.now()) {}

void Session::open(net::SmtpConnector& connector, const net::SmtpTarget& target,
                   Pipelining pipelining) {
  net::SmtpConnection::Callbacks callbacks;
  callbacks.opened = [this, pipelining](const net::SmtpOpened& info) {
    on_opened(info, pipelining);
  };
  callbacks.refused = [this](const net::SmtpRefused& refused) {
    owner_.session_refused(*this, refused);
  };
  callbacks.received = [this](std::string_view bytes) { on_received(bytes); };
  callbacks.writable = [this] { flush(); };
  callbacks.lost = [this](const Error& error) { on_lost(error); };
  connection_ = connector.connect(target, std::move(callbacks));
}

void Session::on_opened(const net::SmtpOpened& info, Pipelining pipelining) {
  info_ = info;
  dialogue_.emplace(info.capabilities, grouping_of(pipelining));
  opened_at_ = last_progress_ = loop_.now();
  owner_.session_opened(*this);
  owner_.session_ready(*this);
  flush();
}

void Session::on_received(std::string_view bytes) {
  last_progress_ = loop_.now();
  reading_ = true;
  dialogue_->feed(bytes);
  handle_events();
  reading_ = false;
  if (!dialogue_->ended()) owner_.session_ready(*this);
  if (quitting_ && idle()) dialogue_->quit();
  flush();
  if (accepted_.empty()) return;
  tell_accepted();
  if (!idle()) return;
  owner_.session_ready(*this);
  flush();
}

void Session::on_lost(const Error& error) {
  dialogue_->close(error);
  handle_events();
}

void Session::handle_events() {
  while (auto event = dialogue_->next_event()) {
    if (reading_ && event->kind == smtp::Event::Kind::Accepted) {
      accepted_.push_back(std::move(*event));
      continue;
    }
    // All others in their order: they may say how to go on.
    if (event->kind != smtp::Event::Kind::BodyBegins) tell_accepted();
    if (event->kind == smtp::Event::Kind::Ended) {
      deadline_ = milliseconds::max();
      owner_.session_over(*this, *event);
      return;
    }
    owner_.session_event(*this, *event);
  }
}

void Session::tell_accepted() {
  for (const auto& event : accepted_) owner_.session_event(*this, event);
  accepted_.clear();
}

void Session::begin(smtp::Transaction transaction) {
  ++begun_;
  last_progress_ = loop_.now();
  dialogue_->begin(std::move(transaction));
}

void Session::flush() {
  // begin() may have made events of its own (a message that does not fit this server).
  handle_events();
  while (!silent_ && dialogue_->has_output()) {
    const std::string_view bytes = dialogue_->output();
    const auto written = connection_->write(bytes);
    if (!written) {
      dialogue_->feed(connection_->drain());
      handle_events();
      if (!dialogue_->ended()) on_lost(written.error());
      return;
    }
    dialogue_->sent(*written);
    if (*written > 0) last_progress_ = loop_.now();
    if (*written < bytes.size()) break;
  }
  set_deadline();
}

void Session::set_deadline() {
  const auto awaiting = dialogue_->awaiting();
  if (dialogue_->ended() || !awaiting) {
    deadline_ = milliseconds::max();
  } else {
    const auto limit = dialogue_->has_output() ? timeouts_.block : limit_of(*awaiting, timeouts_);
    deadline_ = last_progress_ + limit;
  }
}

void Session::quit() {
  quitting_ = true;
  last_progress_ = loop_.now();
  dialogue_->quit();
  flush();
}

void Session::abort(const Error& cause) {
  silence();
  if (dialogue_) {
    dialogue_->close(cause);
    handle_events();
  }
}

void Session::check(milliseconds now) {
  if (now < deadline_) return;
  abort({ErrorCode::Io, "no answer in time", {}});
}

void Session::forgive(milliseconds wait) {
  if (deadline_ != milliseconds::max()) deadline_ += wait;
}

void Session::silence() {
  silent_ = true;
  connection_.reset();
}

}  // namespace hagaki::delivery
