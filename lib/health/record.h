#pragma once

#include "base/time.h"
#include "health/check.h"
#include "preflight/catalogue.h"
#include "records/object.h"
#include "rules/receiver_table.h"

namespace hagaki::health {

/// The "health" record of hagaki-records(5).
records::Object health_record(const Item& item, const preflight::Catalogue& texts, Timestamp time);

/// The "release" record: where to ask one provider to let `query` (an address or domain) in again.
records::Object release_record(const rules::ReleasePage& page, const std::string& query,
                               Timestamp time);

}  // namespace hagaki::health
