#include "dsn/delivery_status.h"

#include "address/address.h"
#include "base/text.h"
#include "mime/lines.h"

namespace hagaki::dsn {
namespace {

bool begins_recipient(std::string_view line) {
  return ascii_istarts_with(line, "final-recipient:") ||
         ascii_istarts_with(line, "original-recipient:") ||
         ascii_istarts_with(line, "x-actual-recipient:");
}

void append_utf8(char32_t c, std::string& out) {
  if (c < 0x80) {
    out.push_back(static_cast<char>(c));
  } else if (c < 0x800) {
    out.push_back(static_cast<char>(0xC0 | (c >> 6)));
    out.push_back(static_cast<char>(0x80 | (c & 0x3F)));
  } else if (c < 0x10000) {
    out.push_back(static_cast<char>(0xE0 | (c >> 12)));
    out.push_back(static_cast<char>(0x80 | ((c >> 6) & 0x3F)));
    out.push_back(static_cast<char>(0x80 | (c & 0x3F)));
  } else {
    out.push_back(static_cast<char>(0xF0 | (c >> 18)));
    out.push_back(static_cast<char>(0x80 | ((c >> 12) & 0x3F)));
    out.push_back(static_cast<char>(0x80 | ((c >> 6) & 0x3F)));
    out.push_back(static_cast<char>(0x80 | (c & 0x3F)));
  }
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
      append_utf8(c, out);
    } else {
      out.append(s.substr(at, end + 1 - at));
    }
    s.remove_prefix(end + 1);
  }
  return out;
}

}  // namespace

DeliveryStatus parse_delivery_status(std::string_view body) {
  DeliveryStatus status;
  mime::Lines lines(body, mime::line_ends_of(body));
  std::string_view line;
  std::size_t group_begin = 0;
  bool in_recipients = false;
  bool has_final = false;
  bool has_original = false;
  const auto close = [&](std::size_t end) {
    if (status.recipients.size() >= kMaxRecipients) return;
    auto group = body.substr(group_begin, end - group_begin);
    group.remove_prefix(std::min(group.find_first_not_of("\r\n"), group.size()));
    if (group.empty()) return;
    if (in_recipients) {
      status.recipients.push_back(mime::Headers::parse_groups(group));
    } else {
      status.message = mime::Headers::parse_groups(group);
    }
  };
  while (lines.next(line)) {
    if (!begins_recipient(line)) continue;
    const bool final = ascii_istarts_with(line, "final-");
    const bool original = ascii_istarts_with(line, "original-");
    const bool repeats = (final && has_final) || (original && has_original);
    // Fields of a recipient stay together until one of them comes again; a blank line alone does
    // not part them, since some systems write one where none belongs.
    const auto before = body.substr(0, lines.begin());
    const bool after_blank =
        before.ends_with("\n\n") || before.ends_with("\n\r\n") || before.ends_with("\r\r");
    if (!in_recipients || repeats || (after_blank && has_final)) {
      close(lines.begin());
      group_begin = lines.begin();
      in_recipients = true;
      has_final = has_original = false;
    }
    has_final = has_final || final;
    has_original = has_original || original;
  }
  close(body.size());
  return status;
}

std::string_view without_type(std::string_view value) {
  const auto semicolon = value.find(';');
  if (semicolon == std::string_view::npos) return trim(value);
  const auto type = trim(value.substr(0, semicolon));
  // A type is a single word: "smtp", "x-postfix"; anything else is the value itself.
  if (type.empty() || type.find_first_of(" \t<>@.:/\"") != std::string_view::npos) {
    return trim(value);
  }
  return trim(value.substr(semicolon + 1));
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
