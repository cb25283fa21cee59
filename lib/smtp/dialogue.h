#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "smtp/capabilities.h"
#include "smtp/reply.h"

namespace hagaki::smtp {

/// What a command group may look like.
enum class Grouping {
  Stepwise,  ///< each command waits for the reply to the one before
  Grouped,   ///< MAIL, RCPT and DATA go out in one write (RFC 2920)
  Deep,      ///< and the next transaction's commands directly behind the body (RFC 2920 §3.1: the
             ///< message content may open a group)
};

/// One message to one recipient.
struct Transaction {
  std::uint64_t id = 0;   ///< the caller's; comes back in events
  std::string sender;     ///< without angle brackets; empty is the null sender
  std::string recipient;  ///< without angle brackets
  std::string data;       ///< lines end with CRLF; not dot-stuffed
  bool eightbit = false;  ///< needs 8BITMIME
  bool smtputf8 = false;  ///< needs SMTPUTF8
};

/// The command (or the body) a reply or a loss belongs to.
enum class Phase { Mail, Rcpt, Data, Body };

/// "mail", "rcpt", "data", "body"
std::string_view phase_name(Phase phase);

struct Event {
  enum class Kind {
    BodyBegins,  ///< the first bytes of this body are in the next output()
    Accepted,    ///< `reply` (2xx) took responsibility for the message
    Refused,     ///< `reply` to `phase` was negative
    Unfit,       ///< never sent: `error` says what of the message this server cannot take, or what
                 ///< cannot be sent to anybody; `status` is the enhanced code we judge it by
    Returned,    ///< no reply will come, and no server can have the message: may be sent again
    Uncertain,   ///< no reply will come, but the whole body was handed to the system
    Ended,       ///< the last event: after QUIT, 421 (then `reply` holds it), close() or an error
  };
  Kind kind = Kind::Ended;
  std::uint64_t id = 0;
  Phase phase = Phase::Mail;
  std::optional<Reply> reply;
  std::optional<Error> error;
  EnhancedStatus status;
  bool distrust_deep = false;  ///< Returned: the server seems to mishandle Grouping::Deep
};

/// A client's side of an SMTP session from behind EHLO: bytes in, bytes and events out. Pure: knows
/// no socket and no clock.
///
/// The caller loops: feed() what arrived; handle all next_event(); write output(); tell sent(). An
/// event that speaks of bytes to be sent is always made before output() holds them.
///
/// One refused recipient does not cost the session: a DATA that got 354 although the only RCPT was
/// refused is ended with a lone dot (RFC 2920 §3.1), an open transaction with RSET. A 421 to
/// anything ends it.
class Dialogue {
 public:
  /// Grouping falls back to Stepwise where `capabilities` lack PIPELINING.
  Dialogue(const Capabilities& capabilities, Grouping grouping);

  /// True when begin() may be called.
  [[nodiscard]] bool room() const;
  /// True when no transaction is open and no reply is awaited.
  [[nodiscard]] bool idle() const;
  /// True after Event::Kind::Ended was made.
  [[nodiscard]] bool ended() const { return ended_; }

  /// Starts a transaction. Only when room().
  void begin(Transaction transaction);
  /// Says goodbye. Only when idle().
  void quit();

  /// Bytes from the server, cut anywhere.
  void feed(std::string_view bytes);
  /// The connection is gone (or was given up): every open transaction gets its event. `cause` comes
  /// back in Event::error of those.
  void close(const Error& cause);

  /// Bytes to write, at most `max`, valid until the next call of another function. Whoever takes
  /// them is taken to have tried to write them: a transaction whose last byte was ever in here is
  /// Uncertain when the connection is lost, even if sent() never counted it, since TLS may have
  /// passed it on before it failed.
  std::string_view output(std::size_t max = 64u << 10);
  [[nodiscard]] bool has_output() const { return out_pos_ < out_.size(); }
  /// The first `n` bytes of output() are written.
  void sent(std::size_t n);

  std::optional<Event> next_event();

  /// What the next reply answers, for choosing a timeout; nothing when none is awaited.
  enum class Awaiting { Mail, Rcpt, Data, Body, LoneDot, Rset, Quit };
  [[nodiscard]] std::optional<Awaiting> awaiting() const;

 private:
  struct Open {
    Transaction transaction;
    Phase phase = Phase::Mail;
    std::optional<Event> verdict;  // settled before its last reply came
    std::uint64_t body_end = 0;    // absolute offset behind the final dot; 0 = not queued
    bool behind_body = false;      // its commands went out behind another's body
    bool answered = false;         // at least one reply was for it
  };

  std::optional<Event> unfit(const Transaction& t) const;
  void put_mail(const Transaction& t);
  void put_rcpt(const Transaction& t);
  void send_commands(Open& open);
  void send_body(Open& open);
  void put(std::string_view bytes) { out_.append(bytes); }
  void handle(Awaiting what, Reply reply);
  void on_mail(Open& open, Reply reply);
  void on_rcpt(Open& open, Reply reply);
  void on_data(Open& open, Reply reply);
  void on_body(Open& open, Reply reply);
  void refuse(Open& open, Phase phase, Reply reply);
  void finish_front();
  void end(const Error* cause, std::optional<Reply> reply);

  Capabilities caps_;
  Grouping grouping_;
  ReplyParser parser_;
  std::deque<Open> open_;          // in the order of their commands
  std::deque<Awaiting> awaiting_;  // in the order of the commands sent
  std::deque<Event> events_;
  std::string out_;
  std::size_t out_pos_ = 0;
  std::uint64_t out_base_ = 0;   // absolute offset of out_[0]
  std::uint64_t attempted_ = 0;  // absolute offset behind what output() ever gave out
  bool need_reset_ = false;
  bool ended_ = false;
};

}  // namespace hagaki::smtp
