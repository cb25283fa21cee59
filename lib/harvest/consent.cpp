#include "harvest/consent.h"

#include <fmt/format.h>

#include <array>
#include <vector>

#include "base/ascii.h"
#include "base/text.h"

namespace hagaki::harvest {
namespace {

constexpr std::array<std::string_view, 4> kNames = {"basis", "evidence", "at", "expires_at"};

std::string_view name_at(std::string_view s) {
  s = trim(s);
  for (const auto name : kNames) {
    if (s.starts_with(name) && s.substr(name.size()).starts_with('=')) return name;
  }
  return {};
}

Result<void> set(Consent& consent, std::string_view name, std::string_view value) {
  if (value.empty()) return fail(ErrorCode::Config, std::string(name) + " is empty");
  if (name == "basis") consent.basis = value;
  if (name == "evidence") consent.evidence = value;
  if (name != "at" && name != "expires_at") return {};
  const auto time = parse_loose_time(value);
  if (!time) {
    return fail(ErrorCode::Config, std::string(name) + " is no date: " + std::string(value));
  }
  (name == "at" ? consent.at : consent.expires_at) = time;
  return {};
}

/// The numbers of `s`, with whatever stands between them; nothing when one is too long.
std::optional<std::vector<int>> numbers(std::string_view s) {
  std::vector<int> out;
  for (std::size_t i = 0; i < s.size();) {
    std::size_t end = i;
    while (end < s.size() && is_digit(s[end])) ++end;
    if (end == i) {
      ++i;
      continue;
    }
    if (end - i > 4 || out.size() == 6) return std::nullopt;
    out.push_back(static_cast<int>(*parse_unsigned(s.substr(i, end - i))));
    i = end;
  }
  return out;
}

/// `s` with each run of digits made "9", so that its shape can be looked up.
std::string shape(std::string_view s) {
  std::string out;
  for (const char c : s) {
    const bool digit = is_digit(c);
    if (!digit || out.empty() || out.back() != '9') out += digit ? '9' : c;
  }
  return out;
}

bool is_known_shape(std::string_view form) {
  for (const std::string_view date : {"9-9-9", "9/9/9", "9.9.9", "9年9月9日"}) {
    if (!form.starts_with(date)) continue;
    const auto rest = form.substr(date.size());
    for (const std::string_view time : {"", " 9:9", " 9:9:9", "T9:9", "T9:9:9", " 9時9分"}) {
      if (rest == time) return true;
    }
  }
  return false;
}

}  // namespace

Result<Consent> parse_consent(std::string_view text, const std::string& option) {
  Consent consent;
  std::string_view name = name_at(text);
  if (name.empty()) {
    return fail(ErrorCode::Config,
                "not of the form basis=…,evidence=…,at=…,expires_at=… (each as needed)", option);
  }
  std::size_t begin = text.find('=') + 1;
  for (std::size_t at = begin;;) {
    const auto comma = text.find(',', at);
    const auto next =
        comma == std::string_view::npos ? std::string_view() : name_at(text.substr(comma + 1));
    if (comma != std::string_view::npos && next.empty()) {
      at = comma + 1;
      continue;
    }
    if (auto ok = set(consent, name, trim(text.substr(begin, comma - begin))); !ok) {
      return fail(ok.error().code, ok.error().message, option);
    }
    if (comma == std::string_view::npos) break;
    name = next;
    begin = at = text.find('=', comma) + 1;
  }
  return consent;
}

std::optional<Timestamp> parse_loose_time(std::string_view text) {
  text = trim(text);
  if (const auto exact = parse_rfc3339(text)) return exact;
  if (!is_known_shape(shape(text))) return std::nullopt;
  auto n = numbers(text);
  if (!n || n->size() < 3 || (*n)[0] < 1900) return std::nullopt;
  n->resize(6);
  return parse_rfc3339(fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", (*n)[0], (*n)[1],
                                   (*n)[2], (*n)[3], (*n)[4], (*n)[5]));
}

}  // namespace hagaki::harvest
