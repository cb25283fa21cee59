#include "dsn/service_events.h"

#include <array>
#include <nlohmann/json.hpp>

#include "dsn/ownership.h"
#include "dsn/service_events/event.h"

namespace hagaki::dsn {
namespace {

using events::Json;
using events::member;

struct Row {
  Service service;
  std::string_view name;
  events::Read read;
};

constexpr std::array kServices = {
    Row{Service::Ses, "ses", events::read_ses},
    Row{Service::SendGrid, "sendgrid", events::read_sendgrid},
    Row{Service::Mailgun, "mailgun", events::read_mailgun},
    Row{Service::Postmark, "postmark", events::read_postmark},
};

/// Wrappings inside each other: a Lambda event holds a queue's, that one a notification, that one
/// the event as a string.
constexpr int kMostWrappings = 6;

bool has(const Json& object, std::string_view key) {
  return object.is_object() && object.contains(key);
}

/// Whose the innermost object is; nothing where its shape is none of them.
std::optional<Service> shape_of(const Json& event) {
  if (has(event, "notificationType") || (has(event, "eventType") && has(event, "mail"))) {
    return Service::Ses;
  }
  if (has(event, "RecordType") || (has(event, "TypeCode") && has(event, "BouncedAt"))) {
    return Service::Postmark;
  }
  if (has(event, "event") && has(event, "email")) return Service::SendGrid;
  if (has(event, "event") &&
      (has(event, "recipient") || has(event, "delivery-status") || has(event, "log-level"))) {
    return Service::Mailgun;
  }
  return std::nullopt;
}

class Unwrapper {
 public:
  Unwrapper(std::optional<Service> service, const reason::Rules& rules, ServiceEvents& out)
      : service_(service), rules_(rules), out_(out) {}

  void read(const Json& value, int depth) {
    if (depth > kMostWrappings) return bad("wrapped too often");
    if (value.is_array()) {
      for (const auto& item : value) read(item, depth + 1);
      return;
    }
    if (value.is_string()) return read_string(value.get_ref<const std::string&>(), depth);
    if (!value.is_object()) return bad("no JSON object");
    if (depth == 0 && value.empty()) return bad("an empty object");
    if (const Json* inner = wrapped(value)) return read(*inner, depth + 1);
    if (is_handshake(value)) {
      out_.reports.emplace_back();
      return;
    }
    const auto service = service_ ? service_ : shape_of(value);
    if (!service) return bad("no event of a mail service that is known");
    for (const auto& row : kServices) {
      if (row.service != *service) continue;
      if (auto ok = row.read(value, rules_, out_.reports); !ok) out_.bad.push_back(ok.error());
    }
  }

 private:
  void bad(const char* why) { out_.bad.push_back({ErrorCode::Syntax, why, {}}); }

  void read_string(const std::string& inside, int depth) {
    const Json value = Json::parse(inside, nullptr, false);
    if (!value.is_object()) return bad("a message that is no JSON object");
    read(value, depth + 1);
  }

  [[nodiscard]] bool may_be(Service service) const { return !service_ || *service_ == service; }

  /// What `value` wraps, or nullptr where it is an event itself.
  [[nodiscard]] const Json* wrapped(const Json& value) const {
    if (may_be(Service::Ses)) {
      if (has(value, "TopicArn") && member(value, "Type") == "Notification") {
        return &member(value, "Message");
      }
      if (member(value, "Records").is_array()) return &member(value, "Records");  // Lambda
      if (member(value, "Sns").is_object()) return &member(value, "Sns");
      if (has(value, "EventSource") || has(value, "eventSourceARN")) {
        if (has(value, "body")) return &member(value, "body");  // SQS in Lambda
      }
      if (has(value, "ReceiptHandle") && has(value, "Body")) return &member(value, "Body");  // SQS
      if (member(value, "Messages").is_array()) return &member(value, "Messages");
      if (member(value, "source") == "aws.ses" && has(value, "detail")) {  // EventBridge
        return &member(value, "detail");
      }
    }
    if (may_be(Service::Mailgun)) {
      if (member(value, "event-data").is_object()) return &member(value, "event-data");
      if (member(value, "items").is_array()) return &member(value, "items");
    }
    if (may_be(Service::Postmark) && member(value, "Bounces").is_array()) {
      return &member(value, "Bounces");
    }
    return nullptr;
  }

  /// SNS asking whether the subscription is wanted, or saying that it has ended.
  [[nodiscard]] bool is_handshake(const Json& value) const {
    const Json& type = member(value, "Type");
    return may_be(Service::Ses) && has(value, "TopicArn") &&
           (type == "SubscriptionConfirmation" || type == "UnsubscribeConfirmation");
  }

  std::optional<Service> service_;
  const reason::Rules& rules_;
  ServiceEvents& out_;
};

}  // namespace

std::optional<Service> service_named(std::string_view name) {
  for (const auto& row : kServices) {
    if (row.name == name) return row.service;
  }
  return std::nullopt;
}

Result<ServiceEvents> read_service_events(std::string_view json, std::optional<Service> service,
                                          const reason::Rules& rules, const verp::Key* key) {
  const Json value = Json::parse(json.begin(), json.end(), nullptr, false);
  if (value.is_discarded()) return fail(ErrorCode::Syntax, "not valid JSON");
  if (!value.is_object()) return fail(ErrorCode::Syntax, "no JSON object");
  ServiceEvents out;
  Unwrapper(service, rules, out).read(value, 0);
  for (auto& report : out.reports) resolve_by_return_path(key, report);
  return out;
}

}  // namespace hagaki::dsn
