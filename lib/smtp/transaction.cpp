#include "smtp/transaction.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include <fmt/core.h>

#include "base/text.h"
#include "smtp/body.h"
#include "smtp/xtext.h"

namespace hagaki::smtp {
namespace {

constexpr std::size_t kEnvelopeId = 100;         // RFC 3461 §4.4
constexpr std::size_t kOriginalRecipient = 500;  // RFC 3461 §4.2

/// An address that would break out of its angle brackets or its line.
bool breaks_command(std::string_view address) {
  return std::any_of(address.begin(), address.end(), [](char c) {
    const auto u = static_cast<unsigned char>(c);
    return u < 0x20 || u == 0x7F || c == '<' || c == '>';
  });
}

bool utf8_needed(const Transaction& t) {
  return t.smtputf8 || !is_ascii(t.sender) || !is_ascii(t.recipient);
}

}  // namespace

std::optional<Unfit> find_unfit(const Transaction& t, const Capabilities& caps) {
  const auto because = [](EnhancedStatus status, ErrorCode code, std::string why) {
    return Unfit{status, Error{code, std::move(why), {}}};
  };
  if (breaks_command(t.sender) || breaks_command(t.recipient) || t.recipient.empty()) {
    return because({5, 1, 0}, ErrorCode::Syntax, "address cannot stand in an SMTP command");
  }
  if (!body_is_clean(t.data)) {
    return because({5, 6, 0}, ErrorCode::Syntax, "message has a bare CR or LF, or a NUL");
  }
  if (t.require_tls && !caps.requiretls) {
    return because({5, 7, 30}, ErrorCode::Unsupported, "server does not offer REQUIRETLS");
  }
  if (utf8_needed(t) && !caps.smtputf8) {
    return because({5, 6, 7}, ErrorCode::Unsupported, "server does not offer SMTPUTF8");
  }
  if (t.eightbit && !caps.eightbitmime) {
    return because({5, 6, 3}, ErrorCode::Unsupported, "server does not offer 8BITMIME");
  }
  if (caps.max_size > 0 && t.data.size() > caps.max_size) {
    return because({5, 3, 4}, ErrorCode::Limit,
                   fmt::format("message of {} octets is over the server's limit of {}",
                               t.data.size(), caps.max_size));
  }
  return std::nullopt;
}

std::string mail_command(const Transaction& t, const Capabilities& caps) {
  constexpr std::size_t kMost = 120;  // of the words and numbers besides the envelope's parts
  std::string out;
  out.reserve(t.sender.size() + t.dsn.envelope_id.size() + kMost);
  out.append("MAIL FROM:<").append(t.sender).append(">");
  if (caps.size) out.append(" SIZE=").append(std::to_string(t.data.size()));
  if (t.eightbit) out += " BODY=8BITMIME";
  if (utf8_needed(t)) out += " SMTPUTF8";
  if (t.require_tls) out += " REQUIRETLS";
  if (caps.dsn && t.dsn.asked()) {
    if (t.dsn.returned != DsnRequest::Return::Unsaid) {
      out += t.dsn.returned == DsnRequest::Return::Full ? " RET=FULL" : " RET=HDRS";
    }
    const std::string id = to_xtext(t.dsn.envelope_id);
    if (!id.empty() && id.size() <= kEnvelopeId) out += " ENVID=" + id;
  }
  out += "\r\n";
  return out;
}

std::string rcpt_command(const Transaction& t, const Capabilities& caps) {
  std::string out;
  out.reserve(t.recipient.size() + 16);
  out.append("RCPT TO:<").append(t.recipient).append(">");
  if (caps.dsn && t.dsn.asked()) {
    if (!t.dsn.notify.empty()) out += " NOTIFY=" + t.dsn.notify;
    const std::string original = is_ascii(t.recipient) ? "rfc822;" + to_xtext(t.recipient)
                                                       : "utf-8;" + to_utf8_xtext(t.recipient);
    if (original.size() <= kOriginalRecipient) out += " ORCPT=" + original;
  }
  out += "\r\n";
  return out;
}

}  // namespace hagaki::smtp
