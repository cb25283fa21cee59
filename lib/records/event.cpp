#include "records/event.h"

#include <algorithm>
#include <array>

#include <fmt/core.h>

#include "base/text.h"
#include "records/object.h"

namespace hagaki::records {
namespace {

using What = Event::What;

constexpr std::int64_t kVersion = 1;
constexpr std::size_t kDiagnosticKept = 300;

struct Name {
  std::string_view name;
  What what;
};

constexpr std::array kDelivery = {
    Name{"delivered", What::Delivered}, Name{"failed", What::Failed},
    Name{"deferred", What::Undecided},  Name{"held", What::Undecided},
    Name{"skipped", What::Undecided},   Name{"uncertain", What::Undecided},
};
constexpr std::array kBounce = {
    Name{"failed", What::Bounced},      Name{"delayed", What::Report},
    Name{"relayed", What::Report},      Name{"expanded", What::Report},
    Name{"delivered", What::Confirmed},
};

/// Reads the field that says what happened.
template <std::size_t N>
Result<What> happened(const Line& line, std::string_view key, const std::array<Name, N>& names) {
  const auto value = line.string(key);
  if (!value) return fail(ErrorCode::Syntax, fmt::format("{} has no \"{}\"", line.type(), key));
  for (const auto& [name, what] : names) {
    if (name == *value) return what;
  }
  return fail(ErrorCode::Syntax, fmt::format("unknown {} \"{}\"", key, printable(*value)));
}

/// What kind of event the line is; nothing for a record that is none.
Result<std::optional<What>> kind(const Line& line) {
  const auto type = line.type();
  if (type == "delivery") return happened(line, "event", kDelivery);
  if (type == "bounce") return happened(line, "action", kBounce);
  if (type == "feedback") return What::Feedback;
  if (type == "vacation") return What::Vacation;
  if (type == "unsubscribe") return What::Unsubscribe;
  constexpr std::array<std::string_view, 9> kOthers = {
      "health", "release", "other", "listing", "zone", "domain", "pruned", "rehearse", "notice"};
  if (std::find(kOthers.begin(), kOthers.end(), type) != kOthers.end()) return std::nullopt;
  if (type == "recipient") return fail(ErrorCode::Syntax, "a recipient, not an event");
  return fail(ErrorCode::Syntax, fmt::format("unknown type \"{}\"", printable(type)));
}

}  // namespace

Result<std::optional<Event>> read_event(const Line& line) {
  if (const auto version = line.integer("v"); version && *version > kVersion) {
    return fail(ErrorCode::Unsupported,
                fmt::format("record version {} is newer than this program", *version));
  }
  const auto what = kind(line);
  if (!what) return tl::unexpected(what.error());
  if (!*what) return std::nullopt;

  Event event;
  event.what = **what;
  event.type = line.type();
  event.email = trim(line.email());
  if (event.email.empty()) {
    // A complaint may have been stripped of every address; whoever sends mail knows to whom.
    if (event.type == "delivery" || line.find("email"))
      return fail(ErrorCode::Syntax, "no \"email\"");
    return std::nullopt;
  }
  if (const auto raw = line.find("time"); raw && *raw != "null") {
    event.time = parse_rfc3339(line.string("time").value_or(""));
    if (!event.time) {
      return fail(ErrorCode::Syntax, fmt::format("\"time\" is not RFC 3339: {}", printable(*raw)));
    }
  }
  event.campaign = line.string("campaign").value_or("");
  event.message_id = line.string("message_id").value_or("");
  event.reason = line.string("reason").value_or("");
  event.feedback_type = line.string("feedback_type").value_or("");
  return event;
}

std::string evidence(const Line& line, std::string_view where) {
  Object out;
  out.add("type", line.type());
  for (const std::string_view key : {"event", "action", "feedback_type", "time", "reason"}) {
    out.add(key, line.string(key));
  }
  out.add("code", line.integer("code"));
  out.add("status", line.string("status"));
  out.add("diagnostic", utf8_prefix(line.string("diagnostic").value_or(""), kDiagnosticKept));
  for (const std::string_view key : {"campaign", "message_id", "file"}) {
    out.add(key, line.string(key));
  }
  out.add("where", where);
  return out.line();
}

}  // namespace hagaki::records
