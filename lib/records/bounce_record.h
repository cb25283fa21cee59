#pragma once

#include <string_view>
#include <vector>

#include "dsn/report.h"
#include "reason/explain.h"
#include "records/object.h"

namespace hagaki::records {

/// The records of hagaki-records(5) that `report` makes: a "bounce", "feedback", "vacation" or
/// "unsubscribe" for each recipient, or one "other". `file` says where the mail was read;
/// `advisor` adds `cause` and `remedy` and may be null.
std::vector<Object> report_records(const dsn::Report& report, std::string_view file,
                                   const reason::Advisor* advisor);

/// "bounce", "feedback", "vacation", "unsubscribe", "other".
std::string_view kind_name(dsn::Kind kind);

}  // namespace hagaki::records
