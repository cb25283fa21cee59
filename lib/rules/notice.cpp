#include "rules/notice.h"

#include <fmt/core.h>
#include <toml++/toml.h>

#include "base/embedded.h"
#include "base/text.h"
#include "rules/receiver_table.h"
#include "rules/watched.h"

HAGAKI_EMBEDDED(notices_toml)

namespace hagaki::rules {
namespace {

using records::Notice;

// What is quoted of an answer in a line for people.
constexpr std::size_t kQuoted = 300;
// Receivers with dead addresses that are told of, and what each said of the last of them.
constexpr std::size_t kRows = 5;
constexpr std::size_t kExample = 60;

Notice::Event event_of(HoldKind kind) {
  switch (kind) {
    case HoldKind::Flood:
      return Notice::Event::Flood;
    case HoldKind::Content:
      return Notice::Event::Content;
    case HoldKind::Blocked:
      break;
  }
  return Notice::Event::Blocked;
}

std::string what_happened(const Notice& notice) {
  const auto goes =
      notice.relay.empty() ? "is held" : fmt::format("goes on through relay {}", notice.relay);
  if (!notice.source_ip.empty()) {
    switch (notice.event) {
      case Notice::Event::Blocked:
        return fmt::format("{} refuses {}, so its mail from there {}", notice.provider,
                           notice.source_ip, goes);
      case Notice::Event::Slowed:
        return fmt::format("{} asks for less mail at once from {}: sending more slowly from there",
                           notice.provider, notice.source_ip);
      case Notice::Event::Released:
        return fmt::format("{} is no longer held from {}: sending carefully", notice.provider,
                           notice.source_ip);
      default:
        break;
    }
  }
  switch (notice.event) {
    case Notice::Event::Blocked:
      return fmt::format("{} refuses us, so its mail {}", notice.provider, goes);
    case Notice::Event::Flood:
      return notice.provider +
             " suddenly calls most users unknown, as one does who blocks a sender; its mail is "
             "held";
    case Notice::Event::Content:
      return notice.provider + " refuses what the message says, so its mail is held";
    case Notice::Event::Slowed:
      return notice.provider + " asks for less mail at once: sending more slowly";
    case Notice::Event::Released:
      return notice.provider + " is no longer held: sending carefully";
    case Notice::Event::Stopped:
      break;
  }
  return "too many dead addresses: stopping";
}

}  // namespace

Notice NoticeWriter::begin(Notice::Event event, std::string_view receiver, Timestamp now) const {
  Notice notice;
  notice.event = event;
  notice.campaign = campaign_;
  const auto watched = parse_watched(receiver);
  notice.provider = watched.receiver;
  notice.source_ip = watched.source;
  notice.time = now;
  notice.cause = text(records::event_name(event), "cause");
  notice.remedy = text(records::event_name(event), "remedy");
  return notice;
}

std::string NoticeWriter::text(std::string_view table, std::string_view what) const {
  const toml::table root = toml::parse(embedded::notices_toml);
  const auto key = fmt::format("{}_{}", what, language_ == "ja" ? "ja" : "en");
  return root[table][key].value_or(std::string());
}

Notice NoticeWriter::held(std::string_view receiver, const Hold& hold,
                          std::string_view relay) const {
  auto notice = begin(event_of(hold.kind), receiver, hold.since);
  if (notice.event == Notice::Event::Blocked && !relay.empty()) {
    notice.relay = relay;
    notice.remedy = text("rerouted", "remedy");
  }
  const auto& evidence = hold.evidence;
  notice.since = evidence.first;
  notice.against = static_cast<std::int64_t>(evidence.against);
  notice.answers = static_cast<std::int64_t>(evidence.against + evidence.accepted);
  notice.code = evidence.code;
  notice.status = evidence.status;
  notice.diagnostic = evidence.text;
  notice.reason = evidence.reason;
  notice.until = hold.until;
  if (const auto page = delist_page(notice.provider, evidence.text)) notice.delist_url = page->url;
  return notice;
}

Notice NoticeWriter::slowed(std::string_view receiver, const Observation& seen) const {
  auto notice = begin(Notice::Event::Slowed, receiver, seen.at.time);
  notice.code = seen.code;
  notice.status = seen.status;
  notice.diagnostic = seen.text;
  notice.reason = seen.reason;
  return notice;
}

Notice NoticeWriter::released(std::string_view receiver, Timestamp now) const {
  return begin(Notice::Event::Released, receiver, now);
}

Notice NoticeWriter::stopped(const BounceWatch& bounces, Timestamp now) const {
  auto notice = begin(Notice::Event::Stopped, {}, now);
  notice.against = static_cast<std::int64_t>(bounces.dead());
  notice.answers = static_cast<std::int64_t>(bounces.recipients());
  auto rows = bounces.rows();
  if (rows.size() > kRows) rows.resize(kRows);
  for (const auto& row : rows) {
    notice.diagnostic +=
        fmt::format("{}{} of {} at {} ({})", notice.diagnostic.empty() ? "" : ", ", row.dead,
                    row.recipients, row.receiver, utf8_prefix(squeeze(row.example), kExample));
  }
  return notice;
}

std::string notice_line(const Notice& notice) {
  std::string line = what_happened(notice);
  if (notice.until) line += " until " + format_rfc3339(*notice.until);
  if (notice.against && notice.answers) {
    line += fmt::format(" ({} of {} {})", *notice.against, *notice.answers,
                        notice.event == Notice::Event::Stopped ? "recipients" : "answers");
  }
  if (!notice.diagnostic.empty()) {
    line += ": ";
    if (notice.code > 0) line += fmt::format("{} ", notice.code);
    if (!notice.status.empty()) line += notice.status + " ";
    line += utf8_prefix(squeeze(to_valid_utf8(notice.diagnostic)), kQuoted);
  }
  if (!notice.delist_url.empty()) line += "; see " + notice.delist_url;
  return printable(line);
}

}  // namespace hagaki::rules
