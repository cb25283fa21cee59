#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "smtp/capabilities.h"
#include "smtp/reply.h"

namespace hagaki::smtp {

/// Which delivery reports are asked for (RFC 3461), where the server offers DSN.
struct DsnRequest {
  enum class Return { Unsaid, Full, Headers };
  std::string notify;  ///< NOTIFY: "NEVER", or words of SUCCESS, FAILURE, DELAY; empty = unsaid
  Return returned = Return::Unsaid;  ///< RET: how much of the message comes back
  /// ENVID, which a report repeats: printable ASCII; left out where it takes over 100 octets.
  std::string envelope_id;

  /// False where nothing is asked for, and nothing of it is sent, not even who the recipient is.
  [[nodiscard]] bool asked() const { return !notify.empty() || returned != Return::Unsaid; }
};

/// One message to one recipient.
struct Transaction {
  std::uint64_t id = 0;      ///< the caller's; comes back in events
  std::string sender;        ///< without angle brackets; empty is the null sender
  std::string recipient;     ///< without angle brackets
  std::string data;          ///< lines end with CRLF; not dot-stuffed
  bool eightbit = false;     ///< needs 8BITMIME
  bool smtputf8 = false;     ///< needs SMTPUTF8
  bool require_tls = false;  ///< needs REQUIRETLS (RFC 8689); only for sessions over verified TLS
  bool chunking = false;     ///< BDAT instead of DATA, where CHUNKING is offered (RFC 3030)
  DsnRequest dsn{};
};

/// Why a transaction cannot be begun with a server.
struct Unfit {
  EnhancedStatus status;
  Error error;  ///< Syntax: with no server at all
};
std::optional<Unfit> find_unfit(const Transaction& t, const Capabilities& caps);

/// "MAIL FROM:<…>" and "RCPT TO:<…>" with the parameters that `caps` allow and CRLF.
std::string mail_command(const Transaction& t, const Capabilities& caps);
std::string rcpt_command(const Transaction& t, const Capabilities& caps);

}  // namespace hagaki::smtp
