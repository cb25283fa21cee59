#include "rehearse/smtp_session.h"

#include <fmt/core.h>

#include <cstring>

#include "address/address.h"
#include "base/text.h"

namespace hagaki::rehearse {
namespace {

constexpr std::size_t kCommandLine = 4096;  // RFC 5321 §4.5.3.1.4 asks for 512 and extensions
constexpr std::uint32_t kErrors = 100;      // wrong commands before the connection is closed
constexpr std::size_t kRecipients = 1000;

/// The path of "FROM:<a@b> SIZE=1": `path` without brackets and `rest` behind it.
bool take_path(std::string_view argument, std::string_view keyword, std::string_view& path,
               std::string_view& rest) {
  if (!ascii_istarts_with(argument, keyword)) return false;
  argument = trim(argument.substr(keyword.size()));
  if (argument.empty() || argument[0] != '<') return false;
  bool quoted = false;
  for (std::size_t i = 1; i < argument.size(); ++i) {
    const char c = argument[i];
    if (c == '\\' && quoted) {
      ++i;
    } else if (c == '"') {
      quoted = !quoted;
    } else if (c == '>' && !quoted) {
      path = argument.substr(1, i - 1);
      rest = trim(argument.substr(i + 1));
      return true;
    }
  }
  return false;
}

}  // namespace

SmtpSession::SmtpSession(Receiver& receiver, std::size_t host, std::string remote_ip)
    : receiver_(receiver),
      host_index_(host),
      host_(receiver.host(host)),
      remote_ip_(std::move(remote_ip)) {}

SmtpSession::~SmtpSession() {
  if (counted_) receiver_.disconnected(host_index_);
}

void SmtpSession::open(Timestamp now) {
  counted_ = true;
  const auto refusal = receiver_.connected(host_index_, remote_ip_, now);
  if (refusal)
    say_and_close(*refusal);
  else
    output_ += fmt::format("220 {} ESMTP mail-rehearse\r\n", host_.name);
  pause_ = host_.greeting_delay;
}

void SmtpSession::feed(std::string_view bytes, Timestamp now) {
  if (finished()) return;
  input_ += bytes;
  work(now);
}

void SmtpSession::resume(Timestamp now) {
  pause_ = std::chrono::milliseconds{0};
  work(now);
}

void SmtpSession::work(Timestamp now) {
  while (!finished() && pause_.count() == 0)
    if (!(state_ == State::Body ? take_body(now) : take_line(now))) break;
  if (consumed_ == input_.size()) {
    input_.clear();
    consumed_ = 0;
  } else if (consumed_ > 65536) {
    input_.erase(0, consumed_);
    consumed_ = 0;
  }
}

bool SmtpSession::take_line(Timestamp now) {
  const std::string_view rest = std::string_view(input_).substr(consumed_);
  const std::size_t end = rest.find('\n');
  if (end == std::string_view::npos) {
    if (rest.size() > kCommandLine) {
      skip_line_ = true;
      consumed_ = input_.size();
    }
    return false;
  }
  consumed_ += end + 1;
  if (skip_line_ || end > kCommandLine) {
    skip_line_ = false;
    refuse("500 5.5.2 Error: line too long");
    return true;
  }
  // Both "\r\n" and a lone "\n" end a command; a message only ends with CRLF on both sides.
  std::string_view line = rest.substr(0, end);
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  command(line, now);
  return true;
}

void SmtpSession::command(std::string_view line, Timestamp now) {
  const std::size_t blank = line.find(' ');
  const std::string_view verb = line.substr(0, blank);
  const std::string_view argument =
      blank == std::string_view::npos ? std::string_view() : trim(line.substr(blank + 1));
  if (ascii_iequals(verb, "MAIL")) return mail(argument, now);
  if (ascii_iequals(verb, "RCPT")) return rcpt(argument, now);
  if (ascii_iequals(verb, "DATA")) return data();
  if (ascii_iequals(verb, "EHLO")) return hello(argument, true);
  if (ascii_iequals(verb, "HELO")) return hello(argument, false);
  if (ascii_iequals(verb, "RSET")) {
    reset();
    return say("250 2.0.0 Ok");
  }
  if (ascii_iequals(verb, "NOOP")) return say("250 2.0.0 Ok");
  if (ascii_iequals(verb, "VRFY")) return say("252 2.0.0 Send some mail, I'll try my best");
  if (ascii_iequals(verb, "QUIT")) return say_and_close("221 2.0.0 Bye");
  refuse("502 5.5.2 Error: command not recognized");
}

void SmtpSession::hello(std::string_view argument, bool extended) {
  if (argument.empty()) return refuse("501 5.5.4 Syntax: HELO hostname");
  reset();
  helo_ = argument;
  extended_ = extended;
  if (!extended) return say("250 " + host_.name);
  std::string reply = "250 " + host_.name;
  if (host_.pipelining) reply += "\nPIPELINING";
  reply += fmt::format("\nSIZE {}", host_.size_limit);
  if (host_.enhanced_codes) reply += "\nENHANCEDSTATUSCODES";
  if (host_.eight_bit) reply += "\n8BITMIME";
  if (host_.smtputf8) reply += "\nSMTPUTF8";
  say(reply);
}

void SmtpSession::mail(std::string_view argument, Timestamp now) {
  if (helo_.empty()) return refuse("503 5.5.1 Error: send HELO/EHLO first");
  if (has_sender_) return refuse("503 5.5.1 Error: nested MAIL command");
  std::string_view path;
  std::string_view parameters;
  if (!take_path(argument, "FROM:", path, parameters))
    return refuse("501 5.5.4 Syntax: MAIL FROM:<address>");
  bool utf8 = false;
  for (const std::string_view parameter : split(parameters, ' ')) {
    if (parameter.empty()) continue;
    if (ascii_istarts_with(parameter, "SIZE=")) {
      const auto size = parse_unsigned(parameter.substr(5));
      if (!size) return refuse("501 5.5.4 Bad message size syntax");
      if (*size > host_.size_limit)
        return say(receiver_.say(host_index_, "size", {.ip = remote_ip_}));
    } else if (ascii_istarts_with(parameter, "BODY=")) {
      if (!host_.eight_bit) return refuse("555 5.5.4 Unsupported option: BODY");
    } else if (ascii_iequals(parameter, "SMTPUTF8") && host_.smtputf8) {
      utf8 = true;
    } else {
      return refuse(fmt::format("555 5.5.4 Unsupported option: {}", printable(parameter)));
    }
  }
  if (!path.empty() && !Address::parse(path)) return refuse("501 5.1.7 Bad sender address syntax");
  if (const auto refusal = receiver_.transaction(host_index_, path, remote_ip_, transactions_, now))
    return refuse(*refusal);
  sender_ = path;
  has_sender_ = true;
  smtputf8_ = utf8;
  say("250 2.1.0 Ok");
}

void SmtpSession::rcpt(std::string_view argument, Timestamp now) {
  if (!has_sender_) return refuse("503 5.5.1 Error: need MAIL command");
  std::string_view path;
  std::string_view parameters;
  if (!take_path(argument, "TO:", path, parameters))
    return refuse("501 5.5.4 Syntax: RCPT TO:<address>");
  if (!parameters.empty()) return refuse("555 5.5.4 Unsupported option");
  const auto address = Address::parse(path);
  if (!address) return refuse("501 5.1.3 Bad recipient address syntax");
  if (address->needs_smtputf8() && !smtputf8_)
    return refuse("553 5.6.7 Recipient address needs SMTPUTF8");
  if (host_index_ == Receiver::kRelay && receiver_.scenario().relay == Scenario::Relay::Off)
    return refuse(fmt::format("554 5.7.1 <{}>: Relay access denied", path));
  if (recipients_.size() >= kRecipients) return say("452 4.5.3 Error: too many recipients");
  Accepted accepted;
  const auto nth = static_cast<std::uint32_t>(recipients_.size());
  if (const auto refusal =
          receiver_.recipient(host_index_, sender_, path, remote_ip_, nth, now, accepted))
    return refusal->starts_with("421") ? say_and_close(*refusal) : say(*refusal);
  recipients_.push_back(std::move(accepted));
  say("250 2.1.5 Ok");
}

void SmtpSession::data() {
  if (!has_sender_) return refuse("503 5.5.1 Error: need MAIL command");
  if (recipients_.empty()) return refuse("554 5.5.1 Error: no valid recipients");
  state_ = State::Body;
  body_at_line_start_ = true;
  body_too_big_ = false;
  body_.clear();
  say("354 End data with <CR><LF>.<CR><LF>");
}

/// RFC 5321 §4.5.2. Only CRLF "." CRLF ends a message: lone CR or LF never do.
bool SmtpSession::take_body(Timestamp now) {
  while (consumed_ < input_.size()) {
    std::string_view rest = std::string_view(input_).substr(consumed_);
    if (body_at_line_start_ && rest[0] == '.') {
      if (rest.size() < 3 && rest != std::string_view(".\r\n").substr(0, rest.size())) {
        // A dot that doubles another; dropped below.
      } else if (rest.size() < 3) {
        return false;
      } else if (rest.substr(0, 3) == ".\r\n") {
        consumed_ += 3;
        end_of_body(now);
        return true;
      }
      rest.remove_prefix(1);
      ++consumed_;
      body_at_line_start_ = false;
      if (rest.empty()) return false;
    }
    const void* hit = std::memchr(rest.data(), '\n', rest.size());
    const std::size_t length =
        hit == nullptr ? rest.size()
                       : static_cast<std::size_t>(static_cast<const char*>(hit) - rest.data()) + 1;
    const char before = length > 1 ? rest[length - 2] : (body_.empty() ? '\0' : body_.back());
    body_at_line_start_ = hit != nullptr && before == '\r';
    if (body_.size() + length > host_.size_limit) {
      // What is too big is read to its end and not kept, but for the byte that may be a CR.
      body_too_big_ = true;
      body_.assign(1, rest[length - 1]);
    } else {
      body_.append(rest.substr(0, length));
    }
    consumed_ += length;
  }
  return false;
}

void SmtpSession::end_of_body(Timestamp now) {
  state_ = State::Command;
  ++transactions_;
  if (body_too_big_) {
    say(receiver_.say(host_index_, "size", {.ip = remote_ip_}));
  } else {
    const BodyOutcome outcome =
        receiver_.message(host_index_, sender_, recipients_, std::move(body_), remote_ip_, now);
    if (outcome.drop) {
      dropped_ = true;
      state_ = State::Finished;
      return;
    }
    if (outcome.reply.empty())
      say(fmt::format("250 2.0.0 Ok: queued as {:X}", receiver_.counts().messages));
    else if (outcome.reply.starts_with("421"))
      say_and_close(outcome.reply);
    else
      say(outcome.reply);
  }
  if (host_.body_delay.count() > 0) pause_ = host_.body_delay;
  reset();
}

void SmtpSession::reset() {
  has_sender_ = false;
  sender_.clear();
  smtputf8_ = false;
  recipients_.clear();
  body_.clear();
}

void SmtpSession::say(std::string_view reply) {
  output_ += host_.enhanced_codes ? wire_reply(reply) : wire_reply(without_status(reply));
  pause_ = host_.reply_delay;
}

void SmtpSession::say_and_close(std::string_view reply) {
  say(reply);
  state_ = State::Finished;
}

void SmtpSession::refuse(std::string_view reply) {
  if (reply.starts_with("421")) return say_and_close(reply);
  say(reply);
  if (++errors_ >= kErrors) say_and_close("421 4.7.0 Error: too many errors");
}

}  // namespace hagaki::rehearse
