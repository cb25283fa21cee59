#include "records/delivery_event.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <utility>

#include "base/limits.h"
#include "base/octets.h"
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

/// Text that is its own JSON string.
bool is_plain(std::string_view s) {
  const auto odd = [](const char* eight) {
    std::uint64_t word = 0;
    std::memcpy(&word, eight, sizeof word);
    return any_high(word) | any_below(word, 32) | any_is(word, 127) | any_is(word, '"') |
           any_is(word, '\\');
  };
  if (s.size() < 8) {
    std::array<char, 8> filled{'a', 'a', 'a', 'a', 'a', 'a', 'a', 'a'};
    std::copy(s.begin(), s.end(), filled.begin());
    return odd(filled.data()) == 0;
  }
  std::uint64_t found = odd(s.data() + s.size() - 8);
  for (std::size_t at = 0; at + 8 < s.size(); at += 8) found |= odd(s.data() + at);
  return found == 0;
}

/// Writes the one record that a campaign makes by the million: plain text goes in as it is, the
/// rest through Object, which knows how to escape and repair.
class Writer {
 public:
  Writer() { out_.reserve(768); }
  void add(std::string_view key, std::string_view value) {
    if (value.empty()) return;
    if (!is_plain(value)) {
      Object o;
      o.add(key, value);
      out_.append(",").append(o.fragment());
      return;
    }
    add_word(key, value);
  }
  /// Of a value that is known to be plain.
  void add_word(std::string_view key, std::string_view value) {
    if (value.empty()) return;
    this->key(key);
    out_.append("\"").append(value).append("\"");
  }
  void add(std::string_view key, std::int64_t value) { add_raw(key, std::to_string(value)); }
  void add_raw(std::string_view key, std::string_view json) {
    this->key(key);
    out_.append(json);
  }
  std::string line() { return std::move(out_.append("}")); }

 private:
  void key(std::string_view key) { out_.append(",\"").append(key).append("\":"); }
  std::string out_ = R"({"type":"delivery","v":1)";
};

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
  Writer w;
  w.add_word("event", kind_name(e.kind));
  w.add("campaign", e.campaign);
  w.add("email", e.email);
  w.add_word("time", format_rfc3339(e.time));
  if (e.attempt > 0) w.add("attempt", std::int64_t{e.attempt});
  w.add("message_id", e.message_id);
  w.add("envelope_sender", e.envelope_sender);
  w.add("relay", e.relay);
  w.add("mx", e.mx);
  w.add("remote_ip", e.remote_ip);
  w.add("source_ip", e.source_ip);
  w.add("tls", e.tls);
  w.add("tls_policy", e.tls_policy);
  w.add("tls_failure", e.tls_failure);
  w.add("phase", e.phase);
  if (e.code > 0) w.add("code", std::int64_t{e.code});
  w.add("status", e.status);
  w.add("diagnostic", utf8_prefix(squeeze(to_valid_utf8(e.diagnostic)), limits::kDiagnostic));
  w.add("reason", e.reason);
  if (e.hard) w.add_raw("hard", *e.hard ? "true" : "false");
  w.add("said_by", e.said_by);
  if (e.size) w.add("size", *e.size);
  if (e.elapsed_ms) w.add("elapsed_ms", *e.elapsed_ms);
  if (e.retry_at) w.add_word("retry_at", format_rfc3339(*e.retry_at));
  if (!e.consent.empty()) w.add_raw("consent", e.consent);
  return w.line();
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
  e.tls_policy = text(line, "tls_policy");
  e.tls_failure = text(line, "tls_failure");
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
  e.consent = line.find("consent").value_or("");
  return e;
}

}  // namespace hagaki::records
