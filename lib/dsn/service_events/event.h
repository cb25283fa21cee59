#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "dsn/report.h"
#include "reason/judge.h"

/// What the readers of the services share.
namespace hagaki::dsn::events {

using Json = nlohmann::json;

/// What a service means by a type of event: a row of data/service-events.json.
struct Type {
  bool own = false;    ///< the service decided without asking a server
  std::string reason;  ///< empty where the type tells none
  std::string action;
};

/// The row of `service` ("ses"…) for `type`, without regard to case; where there is none, the one
/// for what stands before its first "/"; a row without anything where there is none either.
const Type& type_of(std::string_view service, std::string_view type);

/// A string, or a number as one, at `key` of an object; empty for anything else. Valid UTF-8.
std::string text(const Json& object, std::string_view key);
/// The value at `key`; a null value where `object` is none or has none.
const Json& member(const Json& object, std::string_view key);
/// An RFC 3339 string or seconds since 1970 (fractions too).
std::optional<Timestamp> time_of(const Json& value);
/// The address in a string with or without display name; empty where it holds no "@".
std::string address_of(std::string_view value);
/// The strings in an array, or the one that `value` is.
std::vector<std::string> texts(const Json& value);

/// What an event says of one recipient.
struct Said {
  std::string recipient;
  std::string action;
  std::string status;
  int code = 0;
  std::string words;  ///< a server's, where the event has any; judged
  std::string note;   ///< the service's about a type of events; a diagnostic for want of words
  std::string remote_mta;
};

/// Judges `said` and adds the recipient to `report`, a bounce. False, and nothing added, without an
/// address.
bool add_recipient(Said said, const Type& type, const reason::Rules& rules, Report& report);

/// Adds a recipient that is only named: of feedback, unsubscribes, automatic replies and the rest.
bool add_named(const std::string& recipient, Report& report);

/// Sets `campaign`: what a field "campaign" of `named` (tags with a name, metadata, variables)
/// says, else `other`.
void name_campaign(Report& report, const Json& named, std::string_view other);

/// Reads one event into reports; the errors say what it lacks.
using Read = Result<void> (*)(const Json&, const reason::Rules&, std::vector<Report>&);
Result<void> read_ses(const Json& event, const reason::Rules& rules, std::vector<Report>& out);
Result<void> read_sendgrid(const Json& event, const reason::Rules& rules, std::vector<Report>& out);
Result<void> read_mailgun(const Json& event, const reason::Rules& rules, std::vector<Report>& out);
Result<void> read_postmark(const Json& event, const reason::Rules& rules, std::vector<Report>& out);

}  // namespace hagaki::dsn::events
