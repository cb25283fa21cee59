#pragma once

#include <cstddef>

#include "cli/output.h"
#include "dnsbl/selection.h"
#include "dnsbl/zones.h"

/// Prints the zone table, dead zones last: "zone" records, or a table of `columns` for a person.
/// `selection` are the lists that the options given would ask. False when writing failed.
bool print_zones(const hagaki::dnsbl::ZoneTable& table, const hagaki::dnsbl::Selection& selection,
                 bool json, std::size_t columns, bool color, hagaki::cli::Output& out);
