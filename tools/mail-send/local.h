#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "cli/log.h"
#include "cli/output.h"
#include "delivery/campaign.h"
#include "events.h"
#include "message_maker.h"
#include "recipients.h"

// In both, messages are finished on all cores and written in the order of the list.

/// Prints the first `count` messages to `out` as mbox (mboxrd), each behind its envelope sender, or
/// as readable() shows them (`for_person`). Recipients that cannot be rendered are told to `log`.
/// False when writing failed.
bool preview(Recipients& recipients, MessageMaker& maker, std::int64_t count, bool for_person,
             hagaki::cli::Output& out, hagaki::cli::Log& log);

/// Writes every message into a Maildir, with one delivery event each. A message that is there
/// already (a second copy of an address, an earlier run) is skipped. Error::Io when the Maildir or
/// the events could not be written.
hagaki::Result<hagaki::delivery::Summary> to_maildir(const std::string& path,
                                                     const std::string& campaign,
                                                     Recipients& recipients, MessageMaker& maker,
                                                     Events& events);
