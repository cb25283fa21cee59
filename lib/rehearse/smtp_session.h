#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "rehearse/receiver.h"

namespace hagaki::rehearse {

/// One SMTP connection as a state machine: bytes in, bytes out (RFC 5321, PIPELINING RFC 2920).
/// Nothing is refused for being early: commands may come in any grouping.
class SmtpSession {
 public:
  /// `host` as in Receiver; `receiver` must outlive the session.
  SmtpSession(Receiver& receiver, std::size_t host, std::string remote_ip);
  ~SmtpSession();
  SmtpSession(const SmtpSession&) = delete;
  SmtpSession& operator=(const SmtpSession&) = delete;

  /// Makes the greeting. Call once, first.
  void open(Timestamp now);
  /// Takes bytes from the client.
  void feed(std::string_view bytes, Timestamp now);
  /// Goes on after a pause.
  void resume(Timestamp now);

  /// Bytes for the client; the caller takes them by clear().
  std::string& output() { return output_; }
  /// Wait this long before sending output() and calling resume(); zero when there is no need.
  [[nodiscard]] std::chrono::milliseconds pause() const { return pause_; }
  /// Close once output() is sent.
  [[nodiscard]] bool finished() const { return state_ == State::Finished; }
  /// Close at once, without an answer.
  [[nodiscard]] bool dropped() const { return dropped_; }
  /// Bytes fed and not worked off yet; a caller stops reading while they are many.
  [[nodiscard]] std::size_t backlog() const { return input_.size() - consumed_; }

 private:
  enum class State { Command, Body, Finished };

  void work(Timestamp now);
  bool take_line(Timestamp now);
  bool take_body(Timestamp now);
  void command(std::string_view line, Timestamp now);
  void hello(std::string_view argument, bool extended);
  void mail(std::string_view argument, Timestamp now);
  void rcpt(std::string_view argument, Timestamp now);
  void data();
  void end_of_body(Timestamp now);
  void reset();
  void say(std::string_view reply);
  void say_and_close(std::string_view reply);
  void refuse(std::string_view reply);

  Receiver& receiver_;
  const std::size_t host_index_;
  const Host& host_;
  const std::string remote_ip_;
  State state_ = State::Command;
  bool dropped_ = false;
  bool counted_ = false;
  std::string input_;
  std::size_t consumed_ = 0;
  bool skip_line_ = false;  ///< inside a line that is too long
  std::string output_;
  std::chrono::milliseconds pause_{0};

  std::string helo_;
  bool extended_ = false;
  bool has_sender_ = false;
  std::string sender_;
  bool smtputf8_ = false;
  std::vector<Accepted> recipients_;
  std::uint32_t transactions_ = 0;
  std::uint32_t errors_ = 0;
  std::string body_;
  bool body_at_line_start_ = true;
  bool body_too_big_ = false;
};

}  // namespace hagaki::rehearse
