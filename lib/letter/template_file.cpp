#include "letter/template_file.h"

#include <algorithm>
#include <array>

#include <fmt/core.h>

#include "base/text.h"

namespace hagaki::letter {
namespace {

constexpr std::size_t kHeaderName = 60;

bool valid_header_name(std::string_view name) {
  if (name.empty() || name.size() > kHeaderName) return false;
  return std::all_of(name.begin(), name.end(),
                     [](char c) { return c > 32 && c < 127 && c != ':'; });
}

}  // namespace

Result<RawTemplate> cut_template(std::string_view text, const std::string& file) {
  RawTemplate raw;
  std::size_t number = 0;
  while (!text.empty()) {
    ++number;
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    const auto wrong = [&](std::string what) {
      return fail(ErrorCode::Syntax, std::move(what), fmt::format("{}:{}", file, number));
    };
    if (trim(line).empty()) {
      raw.body = text;
      raw.body_line = number + 1;
      break;
    }
    if (line.front() == ' ' || line.front() == '\t') {
      if (raw.headers.empty()) return wrong("a folded line without a header before it");
      raw.headers.back().value += " ";
      raw.headers.back().value += trim(line);
      continue;
    }
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || !valid_header_name(trim(line.substr(0, colon)))) {
      return wrong("no header: a template begins with headers (\"Subject: …\") and a blank line");
    }
    raw.headers.push_back({number, std::string(trim(line.substr(0, colon))),
                           std::string(trim(line.substr(colon + 1)))});
  }
  return raw;
}

std::optional<std::string_view> header_refusal(std::string_view lower) {
  struct Row {
    std::string_view name;
    std::string_view why;
  };
  static constexpr std::string_view kOne = "each message goes to one recipient alone";
  static constexpr std::string_view kOurs = "it is written for each message";
  static constexpr std::string_view kCarriers = "it belongs to the servers that carry the mail";
  static constexpr Row kRows[] = {
      {"bcc", kOne},
      {"cc", kOne},
      {"date", kOurs},
      {"message-id", kOurs},
      {"return-path", "the receiving server writes it; --bounces sets the return path"},
      {"received", kCarriers},
      {"received-spf", kCarriers},
      {"delivered-to", kCarriers},
      {"x-original-to", kCarriers},
      {"authentication-results", kCarriers},
      {"dkim-signature", "a signature of other bytes than these would only harm"},
  };
  for (const Row& row : kRows) {
    if (row.name == lower) return row.why;
  }
  if (lower.starts_with("resent-") || lower.starts_with("arc-")) return kCarriers;
  return std::nullopt;
}

bool is_single_header(std::string_view lower) {
  static constexpr std::array<std::string_view, 9> kNames = {
      "from",       "to",          "subject",      "reply-to",    "sender",
      "references", "in-reply-to", "content-type", "mime-version"};
  return lower.starts_with("list-") ||
         std::find(kNames.begin(), kNames.end(), lower) != kNames.end();
}

bool is_structured_header(std::string_view lower) {
  static constexpr std::array<std::string_view, 7> kNames = {
      "references",  "in-reply-to", "precedence", "auto-submitted",
      "feedback-id", "importance",  "x-priority"};
  return lower.starts_with("list-") || lower.starts_with("content-") ||
         std::find(kNames.begin(), kNames.end(), lower) != kNames.end();
}

}  // namespace hagaki::letter
