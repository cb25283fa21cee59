#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "records/line.h"

namespace hagaki::records {

/// What came back from a mailing about one recipient, as a rule needs it: the types "delivery",
/// "bounce", "feedback", "vacation" and "unsubscribe". The views live as long as the Line.
struct Event {
  enum class What {
    Delivered,    ///< delivery "delivered": the next server took responsibility
    Failed,       ///< delivery "failed": refused for good, seen live
    Undecided,    ///< delivery "deferred", "held", "skipped", "uncertain"
    Bounced,      ///< bounce with action "failed"
    Confirmed,    ///< bounce with action "delivered": a report of success
    Report,       ///< bounce with any other action: "delayed", "relayed", "expanded"
    Feedback,     ///< somebody complained or left through a feedback loop
    Vacation,     ///< an automatic reply
    Unsubscribe,  ///< the person asked for no more mail
  };

  What what = What::Undecided;
  std::string_view type;
  std::string_view email;
  std::optional<Timestamp> time;
  std::string_view campaign;
  std::string_view message_id;
  std::string_view reason;
  std::string_view feedback_type;
};

/// Reads the event in `line`. Nothing where the record is of another known type ("listing",
/// "notice"…) or a report that names no address. Error::Syntax where it is none of ours (a
/// recipient, an unknown type), has no readable `email`, or a `time`, `event` or `action` that does
/// not read; Error::Unsupported where it is of a newer version.
Result<std::optional<Event>> read_event(const Line& line);

/// The facts of `line` that a person would ask for when told that it counted: type, time, reason,
/// code, status, diagnostic and what names the message, then `where` (file:line). One JSON object;
/// the diagnostic is cut to 300 bytes.
std::string evidence(const Line& line, std::string_view where);

}  // namespace hagaki::records
