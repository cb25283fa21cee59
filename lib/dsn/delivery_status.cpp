#include "dsn/delivery_status.h"

#include <algorithm>

#include "address/address.h"
#include "base/text.h"
#include "base/utf8.h"
#include "mime/lines.h"

namespace hagaki::dsn {
namespace {

bool begins_recipient(std::string_view name) {
  return ascii_iequals(name, "final-recipient") || ascii_iequals(name, "original-recipient");
}

bool is_message_field(std::string_view name) {
  return ascii_iequals(name, "reporting-mta") || ascii_iequals(name, "arrival-date") ||
         ascii_iequals(name, "received-from-mta") || ascii_iequals(name, "original-envelope-id") ||
         ascii_iequals(name, "dsn-gateway");
}

/// "\x{8449}" as the character it stands for (RFC 6533 §3).
std::string unescape_utf8_addr(std::string_view s) {
  std::string out;
  while (!s.empty()) {
    const auto at = s.find("\\x{");
    const auto end = at == std::string_view::npos ? at : s.find('}', at);
    if (end == std::string_view::npos) return out.append(s);
    out.append(s.substr(0, at));
    char32_t c = 0;
    bool good = end > at + 3 && end - at - 3 <= 6;
    for (const char h : s.substr(at + 3, end - at - 3)) {
      const char l = static_cast<char>(h | 0x20);
      if (h >= '0' && h <= '9') {
        c = c * 16 + static_cast<char32_t>(h - '0');
      } else if (l >= 'a' && l <= 'f') {
        c = c * 16 + static_cast<char32_t>(l - 'a' + 10);
      } else {
        good = false;
      }
    }
    good = good && c >= 0x20 && c <= 0x10FFFF && (c < 0xD800 || c > 0xDFFF);
    if (good) {
      append_utf8(out, c);
    } else {
      out.append(s.substr(at, end + 1 - at));
    }
    s.remove_prefix(end + 1);
  }
  return out;
}

/// Takes in the fields of one group between blank lines.
void add_group(const mime::Headers& group, DeliveryStatus& status) {
  const auto& fields = group.fields();
  const bool names_recipient = std::any_of(fields.begin(), fields.end(),
                                           [](const auto& f) { return begins_recipient(f.name); });
  // A group without a recipient belongs to the one before it: a blank line stands where none
  // should.
  mime::Headers* to = status.recipients.empty() ? &status.message : &status.recipients.back();
  const auto begin_recipient = [&] {
    status.cut = status.recipients.size() >= kMaxRecipients;
    if (!status.cut) to = &status.recipients.emplace_back();
  };
  if (names_recipient && !is_message_field(fields.front().name)) begin_recipient();
  for (const auto& field : fields) {
    // The blank line before a recipient's fields is missing.
    if (begins_recipient(field.name) &&
        (to == &status.message || to->find(field.name).has_value())) {
      begin_recipient();
    }
    if (status.cut) return;
    to->add(field);
  }
}

}  // namespace

DeliveryStatus parse_delivery_status(std::string_view body) {
  DeliveryStatus status;
  const auto ends = mime::line_ends_of(body);
  while (!body.empty() && !status.cut) {
    std::size_t next = 0;
    const auto group = mime::Headers::parse(body, ends, next);
    if (!group.empty()) add_group(group, status);
    if (next == 0) {  // a line that is no field
      mime::Lines lines(body, ends);
      std::string_view line;
      lines.next(line);
      next = lines.position();
    }
    body.remove_prefix(next);
  }
  return status;
}

std::string type_before(std::string_view value) {
  const auto semicolon = value.find(';');
  if (semicolon == std::string_view::npos) return {};
  const auto type = trim(value.substr(0, semicolon));
  // A type is a single word: "smtp", "x-postfix"; anything else is the value itself.
  if (type.find_first_of(" \t<>@.:/\"") != std::string_view::npos) return {};
  return ascii_lower(to_valid_utf8(type));
}

std::string_view without_type(std::string_view value) {
  if (type_before(value).empty()) return trim(value);
  return trim(value.substr(value.find(';') + 1));
}

std::string recipient_address(std::string_view value) {
  auto plain = without_type(value);
  std::string address = unescape_utf8_addr(plain);
  const auto found = mime::addresses_of(address);
  if (!found.empty()) return to_valid_utf8(found.front());
  const auto bare = bare_address(address);
  return bare.find('@') == std::string_view::npos ? std::string() : to_valid_utf8(bare);
}

}  // namespace hagaki::dsn
