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
#include "smtp/transaction.h"

namespace hagaki::smtp {

/// What a command group may look like.
enum class Grouping {
  Stepwise,  ///< each command waits for the reply to the one before
  Grouped,   ///< MAIL, RCPT and DATA go out in one write (RFC 2920); where a chunk takes DATA's
             ///< place it goes when the recipient is taken
  Deep,      ///< and the next transaction's commands directly behind the body (RFC 2920 §3.1: the
             ///< message content may open a group)
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
/// refused is ended with a lone dot (RFC 2920 §3.1), an open transaction with RSET. Behind several
/// of them in a row DATA waits until a recipient is taken: each needless DATA is one more error to
/// servers that slow down or hang up after a number of errors. A 421 to anything ends the session,
/// and so does a reply that no command could have.
///
/// A server that calls grouped commands out of order, though it offers PIPELINING, gets them one by
/// one from then on; what it refused for that reason is Returned.
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
    bool stepwise = false;         // its commands wait for replies
    bool data_sent = false;        // DATA went out with RCPT
  };

  void send_commands(Open& open);
  void send_body(Open& open);
  void put(std::string_view bytes) { out_.append(bytes); }
  void handle(Awaiting what, Reply reply);
  void on_mail(Open& open, Reply reply);
  void on_rcpt(Open& open, Reply reply);
  void on_data(Open& open, Reply reply);
  void on_body(Open& open, Reply reply);
  void refuse(Open& open, Phase phase, Reply reply);
  void take_back(Open& open, std::string why);
  void send_open_second();
  void end_odd(const Reply& reply, std::string_view to);
  [[nodiscard]] bool by_chunk(const Open& open) const {
    return open.transaction.chunking && caps_.chunking;
  }
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
  int refused_in_a_row_ = 0;     // recipients
  bool need_reset_ = false;
  bool ended_ = false;
};

}  // namespace hagaki::smtp
