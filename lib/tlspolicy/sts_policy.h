#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace hagaki::tlspolicy {

/// Octets of a policy at most.
inline constexpr std::size_t kMostPolicyBytes = 64u << 10;

/// What a domain asks of those who send to it (RFC 8461).
enum class StsMode {
  None,     ///< nothing any more
  Testing,  ///< to be told what would fail, and to get the mail all the same
  Enforce,  ///< no mail to hosts that the policy does not name, or without a verified certificate
};

/// "none", "testing", "enforce".
std::string_view sts_mode_name(StsMode mode);
std::optional<StsMode> parse_sts_mode(std::string_view name);

struct StsPolicy {
  StsMode mode = StsMode::None;
  std::vector<std::string> mx;  ///< patterns, lower case: "mx.example.com", "*.example.com"
  std::chrono::seconds max_age{0};

  /// Whether the policy names the mail host (lower case, A-label form) (RFC 8461 §4.1).
  [[nodiscard]] bool names(std::string_view host) const;

  friend bool operator==(const StsPolicy&, const StsPolicy&) = default;
};

/// Whether `host` matches: the same name, or one label more where the pattern begins with "*."
/// (RFC 8461 §4.1). Both lower case, without trailing dot.
bool sts_mx_matches(std::string_view pattern, std::string_view host);

/// Reads a policy's text (RFC 8461 §3.2), lines that end with LF or CRLF. Of a field that stands
/// twice, but mx, the first counts; fields of other names are passed over. Error::Syntax when a
/// field is missing or wrong, Error::Limit when it is larger than kMostPolicyBytes.
Result<StsPolicy> parse_sts_policy(std::string_view text);

}  // namespace hagaki::tlspolicy
