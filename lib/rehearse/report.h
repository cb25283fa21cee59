#pragma once

#include <string>
#include <string_view>

#include "base/time.h"
#include "rehearse/scenario.h"

namespace hagaki::rehearse {

/// What a bounce has to say.
struct Report {
  std::string_view reporting_mta;
  std::string_view to;          ///< envelope sender of the returned mail
  std::string_view recipient;   ///< Final-Recipient
  std::string_view status;      ///< "5.1.1"
  std::string_view diagnostic;  ///< the reply, one line; empty when there was none
  std::string_view remote_mta;  ///< empty when the reporter itself refused
  std::string_view remote_ip;
  std::string_view text;     ///< the reason in words, for people
  std::string_view headers;  ///< header section of the returned mail
  Timestamp arrived;
  Timestamp time;
  std::string_view id;  ///< makes boundary and Message-ID unique
};

/// The bounce as a message with CRLF line ends, from MAILER-DAEMON: an RFC 3464 report, or plain
/// text as Postfix's bounce(8) words it. Returned headers are RFC 3462 text/rfc822-headers.
std::string write_report(const Report& report, BounceStyle style);

}  // namespace hagaki::rehearse
