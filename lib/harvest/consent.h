#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"

namespace hagaki::harvest {

/// Why a recipient may be written to, as the sender states it.
struct Consent {
  std::string basis;
  std::string evidence;
  std::optional<Timestamp> at;
  std::optional<Timestamp> expires_at;

  [[nodiscard]] bool empty() const {
    return basis.empty() && evidence.empty() && !at && !expires_at;
  }
};

/// Reads "basis=express,evidence=…,at=2026-04-01,expires_at=…" in any order; a comma that no such
/// name follows belongs to the value. Error::Config says what is wrong, its context is `option`.
Result<Consent> parse_consent(std::string_view text, const std::string& option = "--consent");

/// A time as customer lists write it: RFC 3339, or a date with "-", "/", "." or 年月日, and hours
/// and minutes behind it where there are any; without a zone it is UTC. Nothing when it is
/// something else or no such day exists.
std::optional<Timestamp> parse_loose_time(std::string_view text);

}  // namespace hagaki::harvest
