#pragma once

#include <string_view>

#include "spf/record.h"

namespace hagaki::spf {

/// Results of check_host() (RFC 7208 §2.6).
enum class Verdict { None, Neutral, Pass, Fail, SoftFail, TempError, PermError };

/// "none", "neutral", "pass", "fail", "softfail", "temperror", "permerror".
std::string_view verdict_name(Verdict verdict);

/// What a mechanism with this qualifier comes to where it matches (RFC 7208 §4.6.2).
Verdict verdict_of(Qualifier qualifier);

}  // namespace hagaki::spf
