#include "dsn/ownership.h"

#include <optional>
#include <utility>

#include "address/address.h"
#include "address/verp.h"
#include "base/text.h"

namespace hagaki::dsn {
namespace {

constexpr std::size_t kMaxPath = 1024;  // bytes; RFC 5321 §4.5.3.1.3 has 256, in one script

std::string first_address(std::string_view field) {
  auto found = mime::addresses_of(field);
  return found.empty() ? std::string() : std::move(found.front());
}

std::optional<verp::Decoded> decode_verp(const std::string& address) {
  // SRS writes a sender in a form that looks like ours (srs0=hash=tt=domain=user).
  if (ascii_istarts_with(address, "srs0") || ascii_istarts_with(address, "srs1")) {
    return std::nullopt;
  }
  return verp::decode(address);
}

verp::Tag before_looking(const verp::Key* key) {
  return key == nullptr ? verp::Tag::Unchecked : verp::Tag::Missing;
}

/// `path` where it is believed, which `tag` then says; of several that are not, it says the worst.
std::optional<verp::Decoded> believed(std::optional<verp::Decoded> path, const verp::Key* key,
                                      verp::Tag& tag) {
  if (!path || key == nullptr) return path;
  const auto found = key->check(*path);
  if (found != verp::Tag::Missing) tag = found;
  return found == verp::Tag::Valid ? std::move(path) : std::nullopt;
}

/// The first return path that names a recipient and is believed: where the report itself went, then
/// what the returned mail says its sender was.
std::optional<verp::Decoded> find_verp(const mime::Headers& own, const mime::Headers& returned,
                                       const verp::Key* key, verp::Tag& tag, Report& report) {
  for (const char* name : {"delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "to"}) {
    const auto field = own.get(name);
    if (field.find('=') == std::string_view::npos) continue;  // no return path has none
    const std::string address = first_address(field);
    if (auto decoded = decode_verp(address)) {
      if (report.envelope_sender.empty() && report.kind != Kind::Unsubscribe) {
        report.envelope_sender = address;
      }
      if (auto path = believed(std::move(decoded), key, tag)) return path;
    }
  }
  if (auto path = believed(decode_verp(report.envelope_sender), key, tag)) return path;
  return believed(decode_verp(first_address(returned.get("return-path"))), key, tag);
}

/// Tells each recipient what the return path is worth. One that is signed proves nothing about whom
/// else its report names.
void note_tag(const std::optional<verp::Decoded>& verp, verp::Tag tag, Report& report) {
  if (report.kind == Kind::Other) return;
  for (auto& r : report.recipients) {
    const bool another = tag == verp::Tag::Valid && canonical_key(r.email) != verp->recipient.key();
    r.verp_tag = another ? verp::Tag::Missing : tag;
  }
}

std::string only_address(std::string_view to) {
  auto found = mime::addresses_of(to);
  return found.size() == 1 && !canonical_key(found.front()).empty() ? std::move(found.front())
                                                                    : std::string();
}

}  // namespace

std::string envelope_recipient(const mime::Headers& returned) {
  for (const char* name :
       {"x-failed-recipients", "x-original-to", "envelope-to", "x-envelope-to", "delivered-to"}) {
    if (auto address = only_address(returned.get(name)); !address.empty()) return address;
  }
  // "Received: … for <user@example.jp>;" of the server that had it last (RFC 5321 §4.4).
  for (const auto& field : returned.fields()) {
    if (!ascii_iequals(field.name, "received")) continue;
    for (auto at = ascii_ifind(field.value, "for <"); at != std::string_view::npos;
         at = ascii_ifind(field.value, "for <", at + 1)) {
      const auto rest = field.value.substr(at + 5, kMaxPath);
      const auto end = rest.find('>');
      if (end == std::string_view::npos) continue;  // no path, or one that no server takes
      auto address = only_address(rest.substr(0, end));
      if (!address.empty()) return address;
    }
  }
  return only_address(returned.get("to"));
}

std::string message_id_of(std::string_view field) {
  const auto open = field.find('<');
  if (open == std::string_view::npos) return to_valid_utf8(trim(field));
  const auto close = field.find('>', open);
  return to_valid_utf8(
      field.substr(open + 1, close == std::string_view::npos ? close : close - open - 1));
}

void resolve_ownership(const mime::Message& message, const mime::Headers& returned,
                       const verp::Key* key, Report& report) {
  const auto& own = message.headers();
  verp::Tag tag = before_looking(key);
  const auto verp = find_verp(own, returned, key, tag, report);
  if (report.message_id.empty()) report.message_id = message_id_of(returned.get("message-id"));
  if (report.message_id.empty() && report.kind != Kind::Unsubscribe) {
    report.message_id = message_id_of(own.get("in-reply-to"));
  }
  if (report.subject.empty()) report.subject = returned.text("subject");
  if (report.sender.empty()) report.sender = first_address(returned.get("from"));
  report.sent = parse_rfc5322(returned.get("date"));
  report.list_id = list_id_of(returned.get("list-id"));
  report.feedback_id = squeeze(to_valid_utf8(returned.get("feedback-id")));
  if (report.campaign.empty() && verp) report.campaign = verp->token;
  if (report.envelope_sender.empty()) {
    report.envelope_sender = first_address(returned.get("return-path"));
  }
  if (report.envelope_sender.empty() && report.kind == Kind::Bounce) {
    report.envelope_sender = first_address(own.get("to"));
  }
  const bool one = report.recipients.size() <= 1;
  const std::string to = one ? only_address(returned.get("to")) : std::string();
  if (report.recipients.empty() && report.kind == Kind::Feedback && (verp || !to.empty())) {
    report.recipients.emplace_back();
  }
  for (auto& r : report.recipients) {
    if (verp && one) {
      r.email = verp->recipient.text();
    } else if (!canonical_key(r.original_recipient).empty()) {
      r.email = r.original_recipient;
    } else if (!to.empty() && report.kind == Kind::Bounce) {
      r.email = to;
    } else {
      r.email = r.final_recipient.empty() ? to : r.final_recipient;
    }
  }
  note_tag(verp, tag, report);
}

void resolve_by_token(const mime::Message& message, const unsubscribe::Keys* keys, Report& report) {
  if (keys == nullptr || report.kind != Kind::Unsubscribe) return;
  report.token_valid = false;
  for (const char* name : {"subject", "to", "delivered-to", "x-original-to"}) {
    auto leave = keys->find(message.headers().text(name));
    if (!leave) continue;
    report.token_valid = true;
    report.campaign = std::move(leave->campaign);
    report.recipients.resize(1);
    report.recipients.front().email = leave->recipient.text();
    return;
  }
}

void resolve_by_return_path(const verp::Key* key, Report& report) {
  if (report.envelope_sender.empty()) return;
  verp::Tag tag = before_looking(key);
  const auto verp = believed(decode_verp(report.envelope_sender), key, tag);
  if (verp && report.campaign.empty()) report.campaign = verp->token;
  if (verp && report.recipients.size() == 1) {
    report.recipients.front().email = verp->recipient.text();
  }
  note_tag(verp, tag, report);
}

}  // namespace hagaki::dsn
