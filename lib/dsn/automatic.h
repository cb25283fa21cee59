#pragma once

#include <string>

#include "dsn/dialects.h"
#include "dsn/look.h"
#include "dsn/report.h"
#include "mime/reader.h"

namespace hagaki::dsn {

/// Reads an abuse report in RFC 5965 form (message/feedback-report), or Microsoft's, into `out`;
/// false when `message` is none. `look` is a look at `message`, here and below.
bool read_feedback(const mime::Message& message, const Look& look, Report& out);

/// Reads an automatic answer of a person's mailbox (RFC 3834; Precedence, X-Autoreply and the
/// subjects of systems that do not mark theirs); false when `message` is none.
bool read_vacation(const mime::Message& message, const Look& look, const Phrases& phrases,
                   Report& out);

/// Reads a mail that asks to be taken off the list (List-Unsubscribe by mail, RFC 2369 §3.2): one
/// to an address or with a subject that says so and nothing else, or with a token of
/// address/unsubscribe_token.h in the subject; false when `message` is none.
bool read_unsubscribe(const mime::Message& message, const Look& look, Report& out);

}  // namespace hagaki::dsn
