#pragma once

#include <string_view>

#include "dsn/dialects.h"
#include "dsn/notice.h"
#include "dsn/report.h"
#include "mime/reader.h"
#include "reason/judge.h"

namespace hagaki::dsn {

/// Reads the fields of a delivery status (RFC 3464 §2), `body`, into `report`: the fields first,
/// the notice's words where they leave something out. `dialect` may be null.
void read_status(const mime::Message& message, std::string_view body, const Notice& notice,
                 const Dialects& dialects, const Dialect* dialect, const reason::Rules& rules,
                 Report& report);

}  // namespace hagaki::dsn
