#pragma once

#include <string_view>

#include "dsn/dialects.h"
#include "dsn/reading.h"
#include "dsn/report.h"

namespace hagaki::dsn {

/// Reads the fields of a delivery status (RFC 3464 §2), `body`, into `report`: the fields first,
/// the notice's words where they leave something out. `dialect` may be null.
void read_status(const Reading& reading, std::string_view body, const Dialect* dialect,
                 Report& report);

}  // namespace hagaki::dsn
