#include "tlspolicy/sts_policy.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/core.h>

#include "base/text.h"
#include "dns/names.h"
#include "tlspolicy/sts_field.h"

namespace hagaki::tlspolicy {
namespace {

constexpr unsigned long long kLongestAge = 31'557'600;  // seconds, RFC 8461 §3.2: a year
constexpr std::size_t kShown = 60;                      // octets of a wrong value in a message

constexpr std::array<std::pair<StsMode, std::string_view>, 3> kModes{{
    {StsMode::None, "none"},
    {StsMode::Testing, "testing"},
    {StsMode::Enforce, "enforce"},
}};

tl::unexpected<Error> wrong(std::string_view what, std::string_view value) {
  return fail(ErrorCode::Syntax,
              fmt::format("{}: \"{}\"", what, printable(utf8_prefix(value, kShown))));
}

/// The pattern as it is compared; nothing for what no mail host can match.
std::optional<std::string> read_pattern(std::string_view text) {
  const std::string name = dns::normal_name(text);
  std::string_view host = name;
  if (host.starts_with("*.")) host.remove_prefix(2);
  if (host.empty() || !dns::check_name(host)) return std::nullopt;
  return name;
}

/// What has been read so far.
struct Fields {
  bool version = false;
  std::optional<StsMode> mode;
  std::optional<std::chrono::seconds> max_age;
  std::vector<std::string> mx;
};

Result<void> take(std::string_view name, std::string_view value, Fields& out) {
  if (name == "version" && !out.version) {
    if (value != "STSv1") return wrong("the version is not STSv1", value);
    out.version = true;
  } else if (name == "mode" && !out.mode) {
    out.mode = parse_sts_mode(value);
    if (!out.mode) return wrong("the mode is none of enforce, testing and none", value);
  } else if (name == "max_age" && !out.max_age) {
    const auto seconds = parse_unsigned(value, 9'999'999'999ULL);
    if (!seconds) return wrong("max_age is no number of seconds", value);
    out.max_age = std::chrono::seconds(std::min(*seconds, kLongestAge));
  } else if (name == "mx") {
    auto pattern = read_pattern(value);
    if (!pattern) return wrong("mx is no pattern of a host", value);
    out.mx.push_back(std::move(*pattern));
  }
  return {};
}

}  // namespace

std::string_view sts_mode_name(StsMode mode) {
  for (const auto& [value, name] : kModes) {
    if (value == mode) return name;
  }
  return {};
}

std::optional<StsMode> parse_sts_mode(std::string_view name) {
  for (const auto& [value, known] : kModes) {
    if (known == name) return value;
  }
  return std::nullopt;
}

bool sts_mx_matches(std::string_view pattern, std::string_view host) {
  if (!pattern.starts_with("*.")) return pattern == host;
  const auto dot = host.find('.');
  return dot != std::string_view::npos && dot > 0 && host.substr(dot) == pattern.substr(1);
}

bool StsPolicy::names(std::string_view host) const {
  return std::any_of(mx.begin(), mx.end(),
                     [host](const std::string& pattern) { return sts_mx_matches(pattern, host); });
}

Result<StsPolicy> parse_sts_policy(std::string_view text) {
  if (text.size() > kMostPolicyBytes) {
    return fail(ErrorCode::Limit,
                fmt::format("the policy is larger than {} KiB", kMostPolicyBytes >> 10));
  }
  Fields fields;
  for (std::string_view line : split(text, '\n')) {
    line = trim(line);
    if (line.empty()) continue;
    const auto colon = line.find(':');
    const auto name = line.substr(0, colon);
    if (colon == std::string_view::npos || !is_sts_field_name(name)) {
      return wrong("a line is no field", line);
    }
    if (auto ok = take(name, trim(line.substr(colon + 1)), fields); !ok) {
      return tl::unexpected<Error>(ok.error());
    }
  }
  if (!fields.version) return fail(ErrorCode::Syntax, "the policy has no version");
  if (!fields.mode) return fail(ErrorCode::Syntax, "the policy has no mode");
  if (!fields.max_age) return fail(ErrorCode::Syntax, "the policy has no max_age");
  if (fields.mx.empty() && *fields.mode != StsMode::None) {
    return fail(ErrorCode::Syntax, "the policy names no mx");
  }
  return StsPolicy{*fields.mode, std::move(fields.mx), *fields.max_age};
}

}  // namespace hagaki::tlspolicy
