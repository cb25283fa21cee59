#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "dnsbl/check.h"

/// A table with a row for each list: what it said, how often it was asked, and what was wrong with
/// it. Lists that no target fits are left out.
std::string zone_summary(const std::vector<hagaki::dnsbl::ZoneCount>& counts, std::size_t columns);
