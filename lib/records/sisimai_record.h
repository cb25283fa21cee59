#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dsn/report.h"
#include "records/object.h"

namespace hagaki::records {

/// What `report` is in the words of Sisimai 5: an object for each recipient with the fields, and
/// the kinds of values, of its JSON; all fields are there, an empty string where nothing is known.
/// Reports that Sisimai knows nothing of make none (Kind::Other, Kind::Unsubscribe), and those it
/// gives only when asked (successes and automatic replies) only with `all`. `file` is where it was
/// read, empty for standard input.
std::vector<Object> sisimai_records(const dsn::Report& report, std::string_view file, bool all);

/// Sisimai's time of a bounce: of the last attempt or the arrival, where the report has one, else
/// the Date of the mail that it is about, else its own.
std::optional<MailDate> sisimai_time(const dsn::Report& report, const dsn::Recipient& recipient);

/// The token of Sisimai: SHA-1 of sender, recipient (both in lower case) and seconds since 1970,
/// between control characters. Empty where one of the addresses is.
std::string sisimai_token(std::string_view sender, std::string_view recipient, Timestamp time);

}  // namespace hagaki::records
