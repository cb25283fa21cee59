#include "smtp/dialogue.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include <fmt/core.h>

#include "smtp/body.h"

namespace hagaki::smtp {
namespace {

/// Refused recipients in a row behind which DATA waits.
constexpr int kManyRefused = 2;

}  // namespace

std::string_view phase_name(Phase phase) {
  switch (phase) {
    case Phase::Mail:
      return "mail";
    case Phase::Rcpt:
      return "rcpt";
    case Phase::Data:
      return "data";
    case Phase::Body:
      return "body";
  }
  return {};
}

Dialogue::Dialogue(const Capabilities& capabilities, Grouping grouping)
    : caps_(capabilities), grouping_(capabilities.pipelining ? grouping : Grouping::Stepwise) {}

bool Dialogue::room() const {
  if (ended_) return false;
  if (std::find(awaiting_.begin(), awaiting_.end(), Awaiting::Quit) != awaiting_.end())
    return false;
  if (open_.empty()) return true;
  return grouping_ == Grouping::Deep && open_.size() < 2;
}

bool Dialogue::idle() const {
  return open_.empty() && awaiting_.empty() && !ended_;
}

std::optional<Dialogue::Awaiting> Dialogue::awaiting() const {
  if (awaiting_.empty()) return std::nullopt;
  return awaiting_.front();
}

void Dialogue::begin(Transaction transaction) {
  assert(room());
  if (auto unfit = find_unfit(transaction, caps_)) {
    Event e;
    e.kind = Event::Kind::Unfit;
    e.id = transaction.id;
    e.status = unfit->status;
    e.error = std::move(unfit->error);
    events_.push_back(std::move(e));
    return;
  }
  Open& mine = open_.emplace_back();
  mine.transaction = std::move(transaction);
  // The first of two must have its body queued: before that, its own DATA is the end of a group.
  if (open_.size() == 1) {
    send_commands(mine);
  } else if (open_.front().body_end > 0) {
    mine.behind_body = true;
    send_commands(mine);
  }
}

void Dialogue::quit() {
  assert(idle());
  put("QUIT\r\n");
  awaiting_.push_back(Awaiting::Quit);
}

void Dialogue::send_commands(Open& open) {
  open.stepwise = grouping_ == Grouping::Stepwise;
  if (need_reset_) {
    need_reset_ = false;
    put("RSET\r\n");
    awaiting_.push_back(Awaiting::Rset);
    if (open.stepwise) return;
  }
  put(mail_command(open.transaction, caps_));
  awaiting_.push_back(Awaiting::Mail);
  if (open.stepwise) return;
  put(rcpt_command(open.transaction, caps_));
  awaiting_.push_back(Awaiting::Rcpt);
  open.data_sent = !by_chunk(open) && refused_in_a_row_ < kManyRefused;
  if (!open.data_sent) return;
  put("DATA\r\n");
  awaiting_.push_back(Awaiting::Data);
}

void Dialogue::send_body(Open& open) {
  open.phase = Phase::Body;
  awaiting_.push_back(Awaiting::Body);
  Event e;
  e.kind = Event::Kind::BodyBegins;
  e.id = open.transaction.id;
  events_.push_back(std::move(e));
  if (by_chunk(open)) {
    append_chunk(open.transaction.data, out_);
  } else {
    append_stuffed(open.transaction.data, out_);
  }
  open.body_end = out_base_ + out_.size();
  std::string().swap(open.transaction.data);
}

/// The commands of the transaction behind the one whose body was just queued.
void Dialogue::send_open_second() {
  if (open_.size() < 2) return;
  open_[1].behind_body = true;
  send_commands(open_[1]);
}

void Dialogue::feed(std::string_view bytes) {
  if (ended_) return;
  parser_.feed(bytes);
  while (!ended_) {
    auto reply = parser_.next();
    if (!reply) {
      end(&reply.error(), std::nullopt);
      return;
    }
    if (!*reply) return;
    if (awaiting_.empty()) {
      const Error unasked{ErrorCode::Protocol, "server spoke without being asked", {}};
      const bool shutdown = (*reply)->code == 421;
      end(shutdown ? nullptr : &unasked, std::move(*reply));
      return;
    }
    const Awaiting what = awaiting_.front();
    awaiting_.pop_front();
    handle(what, std::move(**reply));
  }
}

void Dialogue::handle(Awaiting what, Reply reply) {
  if (what == Awaiting::Quit) {
    end(nullptr, std::nullopt);
    return;
  }
  assert(!open_.empty());
  Open& front = open_.front();
  if (reply.code == 421) {
    const Phase phase = front.phase;
    if (what == Awaiting::Rset) {
      end(nullptr, std::move(reply));
      return;
    }
    if (!front.verdict) refuse(front, phase, reply);
    finish_front();
    end(nullptr, std::move(reply));
    return;
  }
  if (what != Awaiting::Rset) front.answered = true;
  switch (what) {
    case Awaiting::Mail:
      return on_mail(front, std::move(reply));
    case Awaiting::Rcpt:
      return on_rcpt(front, std::move(reply));
    case Awaiting::Data:
      return on_data(front, std::move(reply));
    case Awaiting::Body:
      return on_body(front, std::move(reply));
    case Awaiting::LoneDot:
      return finish_front();
    case Awaiting::Rset:
      if (front.stepwise) send_commands(front);
      return;
    case Awaiting::Quit:
      return;
  }
}

void Dialogue::refuse(Open& open, Phase phase, Reply reply) {
  Event e;
  e.kind = Event::Kind::Refused;
  e.id = open.transaction.id;
  e.phase = phase;
  e.reply = std::move(reply);
  open.verdict = std::move(e);
}

/// The server's fault is in the dialogue, not in the mail: it may be sent again.
void Dialogue::take_back(Open& open, std::string why) {
  Event e;
  e.kind = Event::Kind::Returned;
  e.id = open.transaction.id;
  e.phase = open.phase;
  e.error = Error{ErrorCode::Protocol, std::move(why), {}};
  open.verdict = std::move(e);
}

/// Ends the session after a reply that makes no sense.
void Dialogue::end_odd(const Reply& reply, std::string_view to) {
  const Error odd{ErrorCode::Protocol, fmt::format("reply {} to {}", reply.code, to), {}};
  end(&odd, std::nullopt);
}

void Dialogue::on_mail(Open& open, Reply reply) {
  if (reply.intermediate()) return end_odd(reply, "MAIL");
  const bool ok = reply.positive();
  if (!ok) {
    if (open.behind_body && reply.code >= 500 && reply.code <= 504) {
      // "Bad sequence" or "unknown command" here speaks of the order of our bytes, not of the mail.
      take_back(open, "server mishandles commands behind a body");
      open.verdict->distrust_deep = true;
    } else {
      refuse(open, Phase::Mail, std::move(reply));
    }
  }
  open.phase = Phase::Rcpt;
  if (!open.stepwise) return;
  if (!ok) return finish_front();
  put(rcpt_command(open.transaction, caps_));
  awaiting_.push_back(Awaiting::Rcpt);
}

void Dialogue::on_rcpt(Open& open, Reply reply) {
  if (reply.intermediate()) return end_odd(reply, "RCPT");
  const bool ok = reply.positive();
  if (!ok && !open.verdict) {
    if (reply.code == 503 && !open.stepwise) {
      // A bad sequence of commands, where the order was right: it cannot take them at once.
      grouping_ = Grouping::Stepwise;
      take_back(open, "server mishandles grouped commands");
    } else {
      ++refused_in_a_row_;
      refuse(open, Phase::Rcpt, std::move(reply));
    }
  }
  open.phase = Phase::Data;
  if (open.data_sent) return;
  if (!ok || open.verdict) {
    // After a refused MAIL there is nothing to reset, but where one before it is still open.
    const bool no_mail = open.verdict && open.verdict->phase == Phase::Mail;
    if (ok || !no_mail || open.verdict->distrust_deep) need_reset_ = true;
    return finish_front();
  }
  if (by_chunk(open)) {
    send_body(open);
    return send_open_second();
  }
  put("DATA\r\n");
  awaiting_.push_back(Awaiting::Data);
}

void Dialogue::on_data(Open& open, Reply reply) {
  if (!reply.intermediate()) {
    if (reply.positive() && !open.verdict) return end_odd(reply, "DATA");
    if (reply.code == 503 && open.data_sent && !open.verdict) {
      grouping_ = Grouping::Stepwise;
      take_back(open, "server mishandles grouped commands");
    }
    if (!open.verdict) refuse(open, Phase::Data, std::move(reply));
    need_reset_ = true;
    return finish_front();
  }
  if (open.verdict) {
    put(".\r\n");
    open.body_end = out_base_ + out_.size();
    awaiting_.push_back(Awaiting::LoneDot);
  } else {
    send_body(open);
  }
  send_open_second();
}

void Dialogue::on_body(Open& open, Reply reply) {
  const bool early = attempted_ < open.body_end;
  if (reply.intermediate() || (early && reply.positive())) {
    return end_odd(reply, "the message");
  }
  if (by_chunk(open) && (reply.code == 500 || reply.code == 502)) {
    // It announced what it does not know, and takes the message for commands now.
    take_back(open, fmt::format("reply {} to BDAT", reply.code));
    finish_front();
    return end_odd(reply, "BDAT");
  }
  if (reply.positive()) {
    refused_in_a_row_ = 0;
    Event e;
    e.kind = Event::Kind::Accepted;
    e.id = open.transaction.id;
    e.phase = Phase::Body;
    e.reply = std::move(reply);
    open.verdict = std::move(e);
  } else {
    refuse(open, Phase::Body, std::move(reply));
    // RFC 3030 §2: a refused chunk leaves the transaction open.
    if (by_chunk(open) && open_.size() == 1) need_reset_ = true;
  }
  finish_front();
  if (early) {
    // The server made up its mind before the end. What it does with the rest is anybody's guess.
    const Error cut{ErrorCode::Protocol, "server answered before the message's end", {}};
    end(&cut, std::nullopt);
  }
}

/// Makes the event of the first open transaction and lets the next one go.
void Dialogue::finish_front() {
  assert(!open_.empty() && open_.front().verdict);
  events_.push_back(std::move(*open_.front().verdict));
  open_.pop_front();
  if (open_.empty()) return;
  // One that waited for a body which never came starts its own group.
  Open& next = open_.front();
  const bool started = next.behind_body;
  if (!started) send_commands(next);
}

void Dialogue::close(const Error& cause) {
  if (!ended_) end(&cause, std::nullopt);
}

void Dialogue::end(const Error* cause, std::optional<Reply> reply) {
  assert(!ended_);
  ended_ = true;
  for (Open& open : open_) {
    if (open.verdict) {
      events_.push_back(std::move(*open.verdict));
      continue;
    }
    const bool whole_body_out = open.body_end > 0 && attempted_ >= open.body_end;
    Event e;
    e.kind = whole_body_out ? Event::Kind::Uncertain : Event::Kind::Returned;
    e.id = open.transaction.id;
    e.phase = open.phase;
    if (cause) e.error = *cause;
    e.distrust_deep = cause && open.behind_body && !open.answered && &open == &open_.front();
    events_.push_back(std::move(e));
  }
  open_.clear();
  awaiting_.clear();
  out_.clear();
  out_pos_ = 0;
  Event last;
  last.kind = Event::Kind::Ended;
  last.reply = std::move(reply);
  if (cause) last.error = *cause;
  events_.push_back(std::move(last));
}

std::string_view Dialogue::output(std::size_t max) {
  const auto view = std::string_view(out_).substr(out_pos_, max);
  attempted_ = std::max(attempted_, out_base_ + out_pos_ + view.size());
  return view;
}

void Dialogue::sent(std::size_t n) {
  assert(n <= out_.size() - out_pos_);
  out_pos_ += n;
  if (out_pos_ == out_.size()) {
    out_base_ += out_.size();
    out_.clear();
    out_pos_ = 0;
  }
}

std::optional<Event> Dialogue::next_event() {
  if (events_.empty()) return std::nullopt;
  std::optional<Event> event(std::move(events_.front()));
  events_.pop_front();
  return event;
}

}  // namespace hagaki::smtp
