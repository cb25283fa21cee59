#pragma once

#include "preflight/gathered.h"
#include "records/object.h"

namespace hagaki::preflight {

/// The "finding" record of hagaki-records(5). `ignored`: the user wants it overridden.
records::Object finding_record(const Gathered::Entry& entry, const Row& row, bool ignored);

/// The same of a finding that nothing raised: what it means.
records::Object finding_record(const Row& row);

}  // namespace hagaki::preflight
