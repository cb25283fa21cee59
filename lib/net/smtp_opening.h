#pragma once

#include <curl/curl.h>

#include <optional>
#include <string_view>
#include <vector>

#include "net/smtp_connector.h"
#include "smtp/reply.h"

namespace hagaki::net {

/// How far a session came, and what was asked of it.
struct SmtpStage {
  bool connected = false;     ///< TCP
  bool secured = false;       ///< the TLS handshake is done
  bool implicit_tls = false;  ///< TLS comes before the greeting
  bool wanted_auth = false;   ///< there is a user to log in
};

/// Listens to what libcurl hears while it opens a session, so that a refusal keeps the server's own
/// words, and the EHLO reply becomes capabilities.
class SmtpOpening {
 public:
  /// A reply line as the header callback gets it. False when the server does not speak SMTP, or
  /// does not stop speaking: give up.
  bool feed(std::string_view line);

  /// What libcurl's verdict means; nothing when the session is good.
  [[nodiscard]] std::optional<SmtpRefused> judge(CURLcode code, const SmtpStage& stage) const;

  /// Of the last EHLO reply.
  [[nodiscard]] smtp::Capabilities capabilities() const;

 private:
  smtp::ReplyParser parser_;
  std::vector<smtp::Reply> replies_;
  std::optional<Error> garbage_;
};

}  // namespace hagaki::net
