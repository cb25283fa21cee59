#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "address/verp.h"
#include "base/result.h"
#include "dsn/report.h"
#include "reason/judge.h"

namespace hagaki::dsn {

/// Mail services that tell what became of a message as JSON, on a web hook or when asked.
enum class Service { Ses, SendGrid, Mailgun, Postmark };

/// "ses", "sendgrid", "mailgun", "postmark"; nothing for any other word.
std::optional<Service> service_named(std::string_view name);

/// What one JSON object told.
struct ServiceEvents {
  /// One an event. Of kind Other are those that say nothing about getting through: opened, clicked,
  /// accepted for sending, a subscription confirmed.
  std::vector<Report> reports;
  /// Events of it that could not be read: what was missing.
  std::vector<Error> bad;
};

/// Reads one JSON object as services post it or answer with: an event, or several in the wrappings
/// that are documented (Amazon SNS, SQS, Lambda and EventBridge around those of SES; `items` of
/// Mailgun's events API, `Bounces` of Postmark's). `service` says whose; nothing: its shape tells.
///
/// Reasons are judged by `rules` from the words of the receiving server; where those allow no
/// verdict the type that the service gave the event decides (data/service-events.json). What the
/// service decided itself without asking a server (a suppression list, its own checks) has
/// `said_by` "service" and neither reply code nor status code, whatever the event states.
///
/// With a `key` only return paths that it has signed say whose event it is.
///
/// Error::Syntax where it is no JSON object or of none of these services.
Result<ServiceEvents> read_service_events(std::string_view json, std::optional<Service> service,
                                          const reason::Rules& rules,
                                          const verp::Key* key = nullptr);

}  // namespace hagaki::dsn
