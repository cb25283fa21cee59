#pragma once

#include <optional>
#include <string>
#include <vector>

#include "address/verp.h"
#include "base/time.h"

namespace hagaki::dsn {

/// What a mail is to whoever sent a campaign.
enum class Kind { Bounce, Feedback, Vacation, Unsubscribe, Other };

/// What a report says of one recipient. Empty or 0 where it does not say.
struct Recipient {
  std::string email;               ///< the address that was mailed, as far as it can be known
  std::string original_recipient;  ///< Original-Recipient (RFC 3464 §2.3.1)
  std::string final_recipient;     ///< the address that the report itself names
  std::string action;           ///< failed, delayed, delivered, relayed, expanded (RFC 3464 §2.3.3)
  std::string status;           ///< enhanced status code
  int code = 0;                 ///< SMTP reply code
  std::string diagnostic;       ///< words of the server, or of the reporter; UTF-8, one line
  std::string diagnostic_type;  ///< of Diagnostic-Code (RFC 3464 §2.3.6): "smtp", "x-unix"…
  std::string said_by;          ///< "remote", a server; "service", a mail service that asked none
  std::optional<MailDate> attempted;  ///< Last-Attempt-Date (RFC 3464 §2.3.7), else Arrival-Date
  std::string remote_mta;
  std::string phase;  ///< as in delivery records: "rcpt", "body"…
  std::string reason;
  bool hard = false;
  std::string rule;  ///< id of the rule that gave the reason
  /// Valid where the return path names `email` and is signed; looked at with a key only.
  verp::Tag verp_tag = verp::Tag::Unchecked;
};

struct Report {
  Kind kind = Kind::Other;
  std::vector<Recipient> recipients;  ///< empty where kind is Other
  std::string reporting_mta;
  std::string origin;             ///< software or service that wrote it
  std::string feedback_type;      ///< of Feedback: abuse, fraud, opt-out… (RFC 5965 §3.1)
  std::string source_ip;          ///< of Feedback: where the mail complained about came from
  std::string from;               ///< who sent the report
  bool cut = false;               ///< more recipients are in it, or may be, than were read
  std::optional<Timestamp> time;  ///< Date of the report
  std::optional<int> utc_offset_minutes;  ///< of that Date
  /// Of Unsubscribe, looked at with keys only: whether a token of ours names recipient and
  /// campaign.
  std::optional<bool> token_valid;
  // Of the mail that it is about:
  std::string campaign;
  std::string message_id;          ///< without angle brackets
  std::optional<MailDate> sent;    ///< its Date
  std::string service_message_id;  ///< what a mail service calls it in its events
  std::string envelope_sender;
  std::string sender;  ///< address in its From
  std::string subject;
  std::string list_id;      ///< List-Id (RFC 2919), without angle brackets
  std::string feedback_id;  ///< Feedback-ID, by which providers group complaints
};

}  // namespace hagaki::dsn
