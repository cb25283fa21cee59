#include "rules/suppression_export.h"

#include <algorithm>
#include <array>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "reason/judge.h"

namespace hagaki::rules {
namespace {

using Json = nlohmann::json;
using Addresses = std::vector<std::string>;

constexpr std::array<std::string_view, 4> kAddressColumns = {"email", "address", "emailaddress",
                                                             "recipient"};
// Reasons that blame the sender, the message or the server: whom they befell may be mailed.
constexpr std::array<std::string_view, 20> kPassing = {
    "blocked",     "badreputation", "spamdetected", "policyviolation", "contenterror",
    "rejected",    "mesgtoobig",    "exceedlimit",  "speeding",        "toomanyconn",
    "systemerror", "systemfull",    "mailererror",  "notcompliantrfc", "requireptr",
    "authfailure", "securityerror", "norelaying",   "failedstarttls",  "virusdetected"};
// What services call events in their logs.
constexpr std::array<std::string_view, 18> kEvents = {
    "processed", "delivered", "deferred",   "open",   "opened",      "click",
    "clicked",   "sent",      "accepted",   "bounce", "bounced",     "dropped",
    "failed",    "rejected",  "spamreport", "stored", "unsubscribe", "complained"};
// Postmark's bounce types after which it mails nobody any more.
constexpr std::array<std::string_view, 6> kPostmarkFinal = {
    "hardbounce",  "spamcomplaint",   "manuallydeactivated",
    "unsubscribe", "bademailaddress", "spamnotification"};

template <class List>
bool holds(const List& list, std::string_view value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

std::string_view value(const ExportRow& row, std::string_view name) {
  for (const auto& [key, text] : row) {
    if (key == name) return text;
  }
  return {};
}

bool has(const ExportRow& row, std::string_view name) {
  return std::any_of(row.begin(), row.end(),
                     [&](const auto& field) { return field.first == name; });
}

/// Whether `status` is an enhanced status code, of which SendGrid's exports have one.
bool is_status(std::string_view status) {
  const auto parts = split(status, '.');
  return parts.size() == 3 && (parts[0] == "4" || parts[0] == "5") &&
         parse_unsigned(parts[1], 999) && parse_unsigned(parts[2], 999);
}

/// A reply that SendGrid quotes: whether it passes.
bool passes(std::string_view status, std::string_view reply) {
  if (status.starts_with('4')) return true;
  reason::Said said;
  said.status = status;
  said.text = reply;
  return holds(kPassing, reason::Rules::embedded().judge(said).reason);
}

/// The addresses in `list`, an array of objects with "emailAddress".
Addresses recipients(const Json& part, const char* list) {
  Addresses out;
  if (!part.is_object() || !part.contains(list) || !part[list].is_array()) return out;
  for (const auto& one : part[list]) {
    if (!one.is_object()) continue;
    const auto address = one.find("emailAddress");
    if (address != one.end() && address->is_string()) out.push_back(address->get<std::string>());
  }
  return out;
}

std::string text(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// Amazon SES's notification or published event.
Result<Addresses> read_ses(const Json& event) {
  std::string type = text(event, "notificationType");
  if (type.empty()) type = text(event, "eventType");
  const auto key = ascii_lower(type);
  if (key != "bounce" && key != "complaint") return Addresses();
  const auto part = event.find(key);
  if (part == event.end() || !part->is_object()) {
    return fail(ErrorCode::Syntax, fmt::format("a notification of SES without \"{}\"", key));
  }
  const bool bounce = key == "bounce";
  if (bounce && text(*part, "bounceType") != "Permanent") return Addresses();
  if (!bounce && text(*part, "complaintFeedbackType") == "not-spam") return Addresses();
  auto out = recipients(*part, bounce ? "bouncedRecipients" : "complainedRecipients");
  if (out.empty()) return fail(ErrorCode::Syntax, "a notification of SES without recipients");
  return out;
}

}  // namespace

std::string export_field(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (is_alnum(c)) out += to_lower(c);
  }
  return out;
}

bool is_export_header(const std::vector<std::string>& columns) {
  return std::any_of(columns.begin(), columns.end(), [](const auto& column) {
    return holds(kAddressColumns, export_field(column));
  });
}

Result<Addresses> suppressed_by(const ExportRow& row) {
  std::string_view address;
  for (const auto column : kAddressColumns) {
    if (address.empty()) address = trim(value(row, column));
  }
  if (address.empty()) return fail(ErrorCode::Syntax, "no address");
  if (holds(kEvents, ascii_lower(value(row, "event"))) ||
      (has(row, "recordtype") && !has(row, "type"))) {
    return fail(ErrorCode::Syntax, "an event of a log (bounce-parse reads those)");
  }
  const Addresses stopped{std::string(address)};
  // Postmark's bounces.
  if (has(row, "type") && (has(row, "typecode") || has(row, "bouncedat"))) {
    return holds(kPostmarkFinal, export_field(value(row, "type"))) ? stopped : Addresses();
  }
  // Mailgun's bounces.
  if (has(row, "code") && has(row, "error") && has(row, "createdat")) {
    const auto code = parse_unsigned(value(row, "code"), 999);
    return code && *code >= 400 && *code < 500 ? Addresses() : stopped;
  }
  // SendGrid's bounces and blocks. Whoever wrote "blocked" as a reason into a list of his own,
  // beside another kind of status, meant something else.
  if (has(row, "created") && has(row, "reason") && is_status(value(row, "status"))) {
    return passes(value(row, "status"), value(row, "reason")) ? Addresses() : stopped;
  }
  return stopped;
}

Result<Addresses> suppressed_by(const records::Line& line) {
  const bool wrapped = line.string("Type") == "Notification" && line.string("Message");
  if (wrapped || line.string("notificationType") || line.string("eventType")) {
    auto event = Json::parse(wrapped ? *line.string("Message") : line.raw(), nullptr, false);
    if (!event.is_object()) return fail(ErrorCode::Syntax, "a notification that is no JSON");
    return read_ses(event);
  }
  if (const auto nested = line.member("SuppressedDestination", "EmailAddress")) {
    return Addresses{std::string(*nested)};
  }
  ExportRow row;
  for (const auto& field : line.fields()) {
    // Numbers and truth values stand as they are; what they hold nobody asks for but a code.
    const auto text = line.string(field.key);
    row.emplace_back(export_field(field.key), text ? *text : field.value);
  }
  return suppressed_by(row);
}

}  // namespace hagaki::rules
