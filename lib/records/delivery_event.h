#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "records/object.h"

namespace hagaki::records {

/// What happened to one recipient in one try (`type: "delivery"`). Empty strings and empty
/// optionals are unknown, and absent from the record.
struct DeliveryEvent {
  enum class Kind {
    Delivered,  ///< the server took responsibility (2xx to the body)
    Deferred,   ///< not now; `retry_at` says when the next try is due
    Failed,     ///< refused for good
    Held,       ///< nothing was sent, by a decision or failure on our side
    Skipped,    ///< not mailed: it is a copy of another recipient, or was mailed before
    Uncertain,  ///< the body went out, its reply was never seen
  };

  Kind kind = Kind::Held;
  std::string campaign;
  std::string email;  ///< in the spelling of the list
  Timestamp time{};
  int attempt = 0;  ///< from 1; 0 = none was made
  std::string message_id;
  std::string envelope_sender;
  std::string relay;  ///< host of the relay, or
  std::string mx;     ///< host of the MX
  std::string remote_ip;
  std::string source_ip;
  std::string tls;         ///< "verified", "unverified" or "none"; empty before TLS was settled
  std::string tls_policy;  ///< of an MX: "dane", "mta-sts", "required" or "opportunistic"
  /// What of that policy was not kept, in words of RFC 8460 §4.3: "starttls-not-supported"…
  std::string tls_failure;
  std::string phase;       ///< "connect", "greeting", "tls", "auth", "mail", "rcpt", "data", "body"
  int code = 0;            ///< reply code; 0 = no reply
  std::string status;      ///< enhanced status code, "5.1.1"
  std::string diagnostic;  ///< the words of who said it, one line
  std::string reason;      ///< a name of the taxonomy (lib/reason)
  std::optional<bool> hard;
  std::string said_by;                     ///< "remote", "local" or "dns"
  std::optional<std::int64_t> size;        ///< octets of the message
  std::optional<std::int64_t> elapsed_ms;  ///< of this try
  std::optional<Timestamp> retry_at;
  std::string consent;  ///< JSON object: what the sender asserted in place of the recipient's own
};

/// "delivered", "deferred"…
std::string_view kind_name(DeliveryEvent::Kind kind);
std::optional<DeliveryEvent::Kind> kind_from_name(std::string_view name);

/// The record, in the field order of hagaki-records(5), without line end. The diagnostic is cut to
/// limits::kDiagnostic; nothing of it can break the line or its UTF-8.
std::string to_record(const DeliveryEvent& event);

/// Reads a record that to_record() wrote. Error::Syntax when it is none.
Result<DeliveryEvent> delivery_event(std::string_view record);

}  // namespace hagaki::records
