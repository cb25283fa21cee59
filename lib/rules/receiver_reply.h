#pragma once

#include <chrono>
#include <string_view>

#include "base/time.h"

namespace hagaki::rules {

/// A moment by both clocks.
struct Moment {
  std::chrono::milliseconds now{};  ///< of one that only goes forward
  Timestamp time{};                 ///< of the calendar
};

/// One answer of a receiver, as far as it concerns how the receiver is to be treated.
struct Observation {
  enum class Outcome { Delivered, Deferred, Failed };
  Moment at{};
  Outcome outcome = Outcome::Delivered;
  std::string_view reason = {};  ///< reason::Verdict::reason; empty where delivered
  int code = 0;                  ///< SMTP reply code; 0 where no server spoke
  std::string_view status = {};  ///< enhanced status code "4.7.1", or empty
  std::string_view text = {};
};

/// What an answer says about the receiver as a whole.
enum class ReplySense {
  Nothing,   ///< it is about one recipient or one session, or about nobody
  Accepted,  ///< a message was taken
  Unknown,   ///< no such user
  TooFast,   ///< we send too fast: `speeding`, and other 421
  TooMany,   ///< too many sessions: `toomanyconn`
  Perhaps,   ///< another 4.7.x: too fast, or greylisting that does not say so
  PutOff,    ///< our address or domain is put off: a reason of Refused or Unwanted with 4xx
  Refused,   ///< our address is refused: 5xx with `blocked`, `badreputation`, `requireptr`
  Unwanted,  ///< 5xx with `authfailure`, `rejected`: our domain is refused, or this one message
  Content,   ///< 5xx for what the message says
};

/// Says what an answer means for the group of all recipients of its receiver.
///
/// About one recipient are: his mailbox (full, suspended, too small, filtered), greylisting by its
/// words, "receiving mail too quickly" (status x.2.x), and his organisation's own block list at a
/// host of many. About one session: that it has had its number of messages, that it was idle. About
/// nobody: lost connections, and a system's own trouble but for a 421.
ReplySense sense_of(const Observation& seen);

}  // namespace hagaki::rules
