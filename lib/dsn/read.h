#pragma once

#include "address/unsubscribe_token.h"
#include "address/verp.h"
#include "dsn/dialects.h"
#include "dsn/report.h"
#include "mime/reader.h"
#include "reason/judge.h"

namespace hagaki::dsn {

/// Reads what `message` reports: delivery reports (RFC 3464) and bounces in the dialects' own
/// words, feedback reports (RFC 5965), automatic replies (RFC 3834), unsubscribe requests. Kind
/// Other, without recipients, for everything else: read receipts, forwarded or quoted bounces,
/// ordinary mail. Nothing is taken out of an attached mail but its own headers.
///
/// With a `key` only return paths that it has signed say whose report it is.
Report read_report(const mime::Message& message, const reason::Rules& rules,
                   const Dialects& dialects, const verp::Key* key = nullptr,
                   const unsubscribe::Keys* tokens = nullptr);

/// The same with the tables that were compiled in.
Report read_report(const mime::Message& message);

}  // namespace hagaki::dsn
