#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "delivery/campaign.h"
#include "delivery/lane_tls.h"
#include "delivery/said.h"
#include "net/loop.h"
#include "net/smtp_connector.h"
#include "smtp/dialogue.h"

namespace hagaki::delivery {

struct Lane;
class Session;

/// What a session tells its engine. The engine may not destroy the session from inside these.
class SessionOwner {
 public:
  virtual ~SessionOwner() = default;
  virtual void session_opened(Session& session) = 0;
  virtual void session_refused(Session& session, const net::SmtpRefused& refused) = 0;
  virtual void session_event(Session& session, const smtp::Event& event) = 0;
  /// New room may be there: begin() more.
  virtual void session_ready(Session& session) = 0;
  /// Nothing more will come; `last` is the dialogue's last event.
  virtual void session_over(Session& session, const smtp::Event& last) = 0;
};

/// One connection with its dialogue and its deadlines (RFC 5321 §4.5.3.2). Time is kept by the
/// owner, who calls check() now and then: thousands of timers would cost more than the mail.
class Session {
 public:
  Session(net::Loop& loop, SessionOwner& owner, Lane& lane, const Timeouts& timeouts);

  void open(net::SmtpConnector& connector, const net::SmtpTarget& target, Pipelining pipelining);
  /// True when begin() may be called.
  [[nodiscard]] bool room() const { return dialogue_ && !quitting_ && dialogue_->room(); }
  [[nodiscard]] bool opened() const { return dialogue_.has_value(); }
  [[nodiscard]] bool idle() const { return dialogue_ && dialogue_->idle(); }
  /// True when it ends as soon as nothing is open.
  [[nodiscard]] bool quitting() const { return quitting_; }
  [[nodiscard]] std::chrono::milliseconds opened_at() const { return opened_at_; }
  [[nodiscard]] std::chrono::milliseconds idle_since() const { return last_progress_; }
  /// Hands over one message; flush() afterwards.
  void begin(smtp::Transaction transaction);
  void flush();
  /// QUIT; only when idle().
  void quit();
  /// QUIT as soon as nothing is open; no message is begun any more.
  void quit_soon() { quitting_ = true; }
  /// Gives the connection up.
  void abort(const Error& cause);
  /// Ends it when a deadline has passed.
  void check(std::chrono::milliseconds now);
  /// Moves its deadline on by a time in which the loop did not run.
  void forgive(std::chrono::milliseconds wait);
  /// No byte leaves any more, not even what is queued.
  void silence();

  [[nodiscard]] Lane& lane() { return lane_; }
  [[nodiscard]] const net::SmtpOpened& info() const { return info_; }
  [[nodiscard]] int begun() const { return begun_; }

  /// What was asked of its TLS when it was opened.
  LaneTls tls;
  int answered = 0;   ///< messages with an outcome, as far as the owner was told
  int taken = 0;      ///< messages that the server accepted, as far as the owner was told
  bool full = false;  ///< it takes no more in this session

 private:
  void on_opened(const net::SmtpOpened& info, Pipelining pipelining);
  void on_received(std::string_view bytes);
  void on_lost(const Error& error);
  void handle_events();
  void tell_accepted();
  void set_deadline();

  net::Loop& loop_;
  SessionOwner& owner_;
  Lane& lane_;
  const Timeouts& timeouts_;
  std::unique_ptr<net::SmtpConnection> connection_;
  std::optional<smtp::Dialogue> dialogue_;
  net::SmtpOpened info_;
  std::chrono::milliseconds opened_at_{};
  /// Messages that were accepted, while the owner is not told yet: the server waits for bytes.
  std::vector<smtp::Event> accepted_;
  bool reading_ = false;
  std::chrono::milliseconds last_progress_{};
  std::chrono::milliseconds deadline_ = std::chrono::milliseconds::max();
  int begun_ = 0;
  bool quitting_ = false;
  bool silent_ = false;
};

}  // namespace hagaki::delivery
