#include "net/smtp_opening.h"

#include <algorithm>

#include "net/tls_trouble.h"

namespace hagaki::net {
namespace {

// Greeting, EHLO, STARTTLS, EHLO, and a SASL exchange or two.
constexpr std::size_t kMostReplies = 40;

bool is_negative(const smtp::Reply& reply) {
  return reply.temporary() || reply.permanent();
}

}  // namespace

bool SmtpOpening::feed(std::string_view line) {
  parser_.feed(line);
  for (;;) {
    auto reply = parser_.next();
    if (!reply) {
      garbage_ = reply.error();
      return false;
    }
    if (!*reply) return true;
    if (replies_.size() == kMostReplies) {
      garbage_ = Error{ErrorCode::Protocol, "server does not come to an end", {}};
      return false;
    }
    replies_.push_back(std::move(**reply));
  }
}

std::optional<SmtpRefused> SmtpOpening::judge(CURLcode code, const SmtpStage& stage) const {
  SmtpRefused out;
  if (code == CURLE_OK) {
    const bool authenticated =
        std::any_of(replies_.begin(), replies_.end(),
                    [](const smtp::Reply& reply) { return reply.code == 235; });
    if (!stage.wanted_auth || authenticated) return std::nullopt;
    out.phase = "auth";
    out.message = "server offers no authentication that we can use";
    return out;
  }
  if (code == CURLE_OPERATION_TIMEDOUT) {
    out.message = stage.connected ? "no answer in time" : "no connection in time";
  } else {
    out.message = garbage_ ? garbage_->message : curl_easy_strerror(code);
  }
  if (!stage.connected) {
    out.phase = "connect";
    return out;
  }
  const smtp::Reply* last = replies_.empty() ? nullptr : &replies_.back();
  // A second 220 is the go-ahead for TLS.
  const bool going_ahead = !stage.secured && replies_.size() > 1 && last->code == 220;
  if (is_tls_trouble(code)) {
    out.phase = "tls";
    if (code == CURLE_USE_SSL_FAILED && !(last && is_negative(*last))) {
      out.message = "server does not offer TLS";
    }
  } else if (replies_.empty()) {
    out.phase = stage.implicit_tls && !stage.secured ? "tls" : "greeting";
  } else if (going_ahead) {
    out.phase = "tls";
    if (code == CURLE_WEIRD_SERVER_REPLY) {
      out.message = "more than the go-ahead for TLS was said in the clear";
    }
  } else if (code == CURLE_LOGIN_DENIED || last->intermediate()) {
    out.phase = "auth";
  } else {
    out.phase = "greeting";
  }
  out.handshake_lost = out.phase == "tls" && code != CURLE_WEIRD_SERVER_REPLY &&
                       (code == CURLE_SSL_CONNECT_ERROR || !is_tls_trouble(code));
  // A lost connection behind a good reply has no reply to show.
  if (last && is_negative(*last)) {
    out.reply = *last;
    if (out.phase == "greeting" && last->code >= 530 && last->code <= 539) out.phase = "auth";
  }
  return out;
}

smtp::Capabilities SmtpOpening::capabilities() const {
  // The first reply is the greeting; EHLO's is the last 250 (AUTH ends with 235).
  for (auto it = replies_.rbegin(); it != replies_.rend() && it + 1 != replies_.rend(); ++it) {
    if (it->code == 250) return smtp::parse_capabilities(it->text);
  }
  return {};
}

}  // namespace hagaki::net
