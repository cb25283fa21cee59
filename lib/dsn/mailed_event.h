#pragma once

#include "address/verp.h"
#include "dsn/notice.h"
#include "dsn/report.h"
#include "mime/reader.h"
#include "reason/judge.h"

namespace hagaki::dsn {

/// Reads what Amazon SES tells through SNS (service_events.h) where the subscription is a mailbox:
/// the event is the mail's text. False when `message` is none, or its event is nothing about
/// getting through.
bool read_mailed_event(const mime::Message& message, const Notice& notice,
                       const reason::Rules& rules, const verp::Key* key, Report& out);

}  // namespace hagaki::dsn
