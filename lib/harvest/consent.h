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

}  // namespace hagaki::harvest
