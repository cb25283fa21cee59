#pragma once

#include <string>
#include <string_view>

#include "dsn/report.h"
#include "reason/explain.h"

namespace hagaki::records {

/// Appends the records of hagaki-records(5) that `report` makes to `lines`, each with a line end: a
/// "bounce", "feedback", "vacation" or "unsubscribe" for each recipient, or one "other". `file`
/// says where the mail was read; `advisor` adds `cause` and `remedy` and may be null.
void append_records(const dsn::Report& report, std::string_view file,
                    const reason::Advisor* advisor, std::string& lines);

/// The taxonomy's name for what a report tells of one recipient; empty where it has none.
std::string_view reason_of(const dsn::Report& report, const dsn::Recipient& recipient);

/// "bounce", "feedback", "vacation", "unsubscribe", "other".
std::string_view kind_name(dsn::Kind kind);

}  // namespace hagaki::records
