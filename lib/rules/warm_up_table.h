#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/result.h"
#include "dns/ip.h"
#include "rules/warm_up.h"

namespace hagaki::rules {

/// The schedules of source addresses; who has none is warm.
using WarmUpTable = std::map<dns::IpAddress, WarmUp>;

/// Reads TOML with lines of the form
///     "192.0.2.1" = "2026-12-01: 50,100,200,400"
/// Error::Config with "name:line" as context.
Result<WarmUpTable> parse_warm_up_table(std::string_view text, const std::string& name);

}  // namespace hagaki::rules
