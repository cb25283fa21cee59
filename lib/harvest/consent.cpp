#include "harvest/consent.h"

#include <array>

#include "base/loose_time.h"
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

}  // namespace hagaki::harvest
