#include <algorithm>
#include <array>

#include <fmt/core.h>

#include "address/address.h"
#include "base/text.h"
#include "base/time.h"
#include "mime/words.h"
#include "preflight/subject.h"
#include "preflight/tables.h"

namespace hagaki::preflight {
namespace {

constexpr std::size_t kManyRecipients = 10;

std::size_t count(const mime::Headers& headers, std::string_view name) {
  return static_cast<std::size_t>(
      std::count_if(headers.fields().begin(), headers.fields().end(),
                    [name](const auto& field) { return ascii_iequals(field.name, name); }));
}

/// "Shop" of "Shop <shop@example.jp>", encoded words decoded.
std::string display_name(std::string_view field) {
  const auto angle = field.rfind('<');
  if (angle == std::string_view::npos) return {};
  std::string name = mime::decode_words(trim(field.substr(0, angle)));
  if (name.size() > 1 && name.front() == '"' && name.back() == '"') {
    name = name.substr(1, name.size() - 2);
  }
  return name;
}

bool is_no_reply(std::string_view local) {
  std::string plain;
  for (const char c : local) {
    if (c != '-' && c != '_' && c != '.') plain += to_lower(c);
  }
  return plain.starts_with("noreply") || plain.starts_with("donotreply") ||
         plain.starts_with("noreturn");
}

void check_from_address(const Subject& subject, std::string_view from) {
  const auto address = Address::parse(from);
  if (!address) {
    subject.found("bad-from", printable(address.error().text()));
    return;
  }
  const std::string& domain = address->domain().ascii();
  if (address->domain().is_literal() || domain.find('.') == std::string::npos) {
    subject.found("from-domain", printable(domain));
  } else if (is_listed(Table::Mailbox, domain)) {
    subject.found("free-mail-from", domain);
  }
  if (is_no_reply(address->local()) && !subject.mail.headers().find("Reply-To")) {
    subject.found("no-reply-from", printable(from));
  }
}

void check_from(const Subject& subject) {
  const auto& headers = subject.mail.headers();
  const auto value = headers.find("From");
  if (!value || trim(*value).empty()) {
    subject.found("no-from");
    return;
  }
  const auto addresses = mime::addresses_of(*value);
  if (addresses.empty()) {
    if (!has_placeholder(subject.context, *value)) {
      subject.found("bad-from", printable(squeeze(utf8_prefix(*value, 100))));
    }
    return;
  }
  if (addresses.size() > 1) {
    subject.found("several-from", fmt::format("{} addresses", addresses.size()));
  }
  const std::string& from = addresses.front();
  if (!has_placeholder(subject.context, from)) check_from_address(subject, from);
  // "support@bank.example <x@elsewhere.example>" passes for somebody else.
  const std::string name = display_name(*value);
  if (const auto at = name.find('@'); at != std::string::npos && at > 0) {
    const auto shown = mime::addresses_of(name);
    if (!shown.empty() && canonical_key(shown.front()) != canonical_key(from) &&
        !canonical_key(shown.front()).empty()) {
      subject.found("from-name-misleads", printable(name));
    }
  }
}

void check_once(const Subject& subject) {
  static constexpr std::array<std::string_view, 12> kOnce = {
      "From", "Sender",     "Reply-To",    "To",         "Cc",           "Subject",
      "Date", "Message-ID", "In-Reply-To", "References", "MIME-Version", "Content-Type"};
  for (const auto name : kOnce) {
    const std::size_t times = count(subject.mail.headers(), name);
    if (times > 1) subject.found("repeated-header", fmt::format("{}: {} times", name, times));
  }
}

void check_recipients(const Subject& subject) {
  const auto& headers = subject.mail.headers();
  std::size_t recipients = 0;
  for (const auto& field : headers.fields()) {
    if (ascii_iequals(field.name, "To") || ascii_iequals(field.name, "Cc") ||
        ascii_iequals(field.name, "Bcc")) {
      recipients += mime::addresses_of(field.value).size();
    }
  }
  if (recipients >= kManyRecipients) {
    subject.found("many-recipients", fmt::format("{} addresses", recipients));
  }
  if (!headers.find("To") && !headers.find("Cc")) subject.found("no-to");
}

void check_date(const Subject& subject) {
  const auto date = subject.mail.headers().find("Date");
  if (!date) {
    subject.found("no-date");
  } else if (!parse_rfc5322(*date)) {
    subject.found("bad-date", printable(utf8_prefix(trim(*date), 60)));
  }
}

void check_message_id(const Subject& subject) {
  const auto field = subject.mail.headers().find("Message-ID");
  if (!field || trim(*field).empty()) {
    subject.found("no-message-id");
    return;
  }
  const auto id = trim(*field);
  const auto at = id.find('@');
  const bool right = id.size() > 4 && id.front() == '<' && id.back() == '>' &&
                     at != std::string_view::npos && at > 1 && at + 2 < id.size() &&
                     id.find_first_of(" \t\r\n<>", 1) == id.size() - 1;
  if (!right) subject.found("bad-message-id", printable(utf8_prefix(id, 100)));
}

void check_subject_line(const Subject& subject) {
  const auto& headers = subject.mail.headers();
  const std::string& text = subject.line;
  if (trim(text).empty()) {
    subject.found("no-subject");
    return;
  }
  const bool reply = ascii_istarts_with(text, "re:") || ascii_istarts_with(text, "fwd:") ||
                     ascii_istarts_with(text, "fw:");
  if (reply && !subject.context.transactional && !headers.find("In-Reply-To") &&
      !headers.find("References")) {
    subject.found("false-reply", printable(utf8_prefix(text, 60)));
  }
}

void check_bytes(const Subject& subject) {
  for (const mime::Part& part : subject.mail.parts()) {
    for (const auto& field : part.headers.fields()) {
      if (is_ascii(field.value) && is_ascii(field.name)) continue;
      if (subject.context.smtputf8 && is_utf8(field.value)) continue;
      subject.found("8bit-header", printable(field.name));
    }
  }
  if (subject.context.smtputf8) subject.found("needs-smtputf8");
}

}  // namespace

void check_headers(const Subject& subject) {
  check_from(subject);
  check_once(subject);
  check_recipients(subject);
  check_date(subject);
  check_message_id(subject);
  check_subject_line(subject);
  check_bytes(subject);
}

}  // namespace hagaki::preflight
