#include "records/delivery_event.h"

#include <array>
#include <utility>

#include "base/limits.h"
#include "base/text.h"
#include "records/reader.h"

namespace hagaki::records {
namespace {

using Kind = DeliveryEvent::Kind;

constexpr std::array<std::pair<Kind, std::string_view>, 6> kKinds{{
    {Kind::Delivered, "delivered"},
    {Kind::Deferred, "deferred"},
    {Kind::Failed, "failed"},
    {Kind::Held, "held"},
    {Kind::Skipped, "skipped"},
    {Kind::Uncertain, "uncertain"},
}};

std::optional<Timestamp> timestamp(const Line& line, std::string_view key) {
  const auto text = line.string(key);
  return text ? parse_rfc3339(*text) : std::nullopt;
}

std::string text(const Line& line, std::string_view key) {
  return std::string(line.string(key).value_or(""));
}

}  // namespace

std::string_view kind_name(Kind kind) {
  for (const auto& [k, name] : kKinds) {
    if (k == kind) return name;
  }
  return {};
}

std::optional<Kind> kind_from_name(std::string_view name) {
  for (const auto& [k, n] : kKinds) {
    if (n == name) return k;
  }
  return std::nullopt;
}

std::string to_record(const DeliveryEvent& e) {
  Object o;
  o.add("type", "delivery").add("v", 1).add("event", kind_name(e.kind));
  o.add("campaign", e.campaign).add("email", e.email).add("time", e.time);
  if (e.attempt > 0) o.add("attempt", e.attempt);
  o.add("message_id", e.message_id).add("envelope_sender", e.envelope_sender);
  o.add("relay", e.relay).add("mx", e.mx).add("remote_ip", e.remote_ip);
  o.add("source_ip", e.source_ip).add("tls", e.tls).add("phase", e.phase);
  if (e.code > 0) o.add("code", e.code);
  o.add("status", e.status);
  o.add("diagnostic", utf8_prefix(squeeze(e.diagnostic), limits::kDiagnostic));
  o.add("reason", e.reason).add("hard", e.hard).add("said_by", e.said_by);
  o.add("size", e.size).add("elapsed_ms", e.elapsed_ms).add("retry_at", e.retry_at);
  return o.line();
}

Result<DeliveryEvent> delivery_event(std::string_view record) {
  constexpr std::size_t kPadding = 64;  // LineParser reads past the end
  std::string padded(record);
  padded.append(kPadding, ' ');
  LineParser parser;
  Line line;
  if (auto ok = parser.parse(std::string_view(padded).substr(0, record.size()), 1, line); !ok) {
    return tl::unexpected<Error>(ok.error());
  }
  const auto kind = kind_from_name(line.string("event").value_or(""));
  const auto time = timestamp(line, "time");
  if (line.type() != "delivery" || !kind || !time) {
    return fail(ErrorCode::Syntax, "not a delivery record");
  }
  DeliveryEvent e;
  e.kind = *kind;
  e.time = *time;
  e.campaign = text(line, "campaign");
  e.email = text(line, "email");
  e.attempt = static_cast<int>(line.integer("attempt").value_or(0));
  e.message_id = text(line, "message_id");
  e.envelope_sender = text(line, "envelope_sender");
  e.relay = text(line, "relay");
  e.mx = text(line, "mx");
  e.remote_ip = text(line, "remote_ip");
  e.source_ip = text(line, "source_ip");
  e.tls = text(line, "tls");
  e.phase = text(line, "phase");
  e.code = static_cast<int>(line.integer("code").value_or(0));
  e.status = text(line, "status");
  e.diagnostic = text(line, "diagnostic");
  e.reason = text(line, "reason");
  e.hard = line.boolean("hard");
  e.said_by = text(line, "said_by");
  e.size = line.integer("size");
  e.elapsed_ms = line.integer("elapsed_ms");
  e.retry_at = timestamp(line, "retry_at");
  return e;
}

}  // namespace hagaki::records
