#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "records/line.h"

namespace hagaki::rules {

/// A row of what a mail service exports, by the names of its fields as export_field() makes them.
using ExportRow = std::vector<std::pair<std::string, std::string>>;

/// The name of a column or key as rows have it: letters and digits alone, in lower case. "Email
/// Address", "email_address" and "EmailAddress" are one.
std::string export_field(std::string_view name);

/// Whether these columns are a list of addresses: one of them is called email, address, email
/// address or recipient.
bool is_export_header(const std::vector<std::string>& columns);

/// The addresses that a row wants suppressed; none where it tells of something that passes (a
/// block, a soft bounce). Read are, by their own fields:
///   Amazon SES  the account's suppression list (Reason BOUNCE, COMPLAINT)
///   SendGrid    bounces, blocks, invalid addresses, unsubscribes, spam reports. Bounces and blocks
///               have the same columns: a row with the status 4.x.x, or whose reply blames sender,
///               message or server by the classifier's reason, suppresses nobody.
///   Mailgun     bounces (code 4xx suppresses nobody), unsubscribes of all and of one tag,
///   complaints Postmark    suppressions, and bounces by Type: SoftBounce, Transient, Blocked,
///   DnsError and
///               others that pass suppress nobody
/// Error::Syntax where there is no address, or the row is an event of a log.
Result<std::vector<std::string>> suppressed_by(const ExportRow& row);

/// The same of a JSON object, Amazon SES's notifications (as they come, as published events, and
/// inside those of SNS) among them: permanent bounces and complaints.
Result<std::vector<std::string>> suppressed_by(const records::Line& line);

}  // namespace hagaki::rules
