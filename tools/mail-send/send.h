#pragma once

#include "base/result.h"
#include "cli/app.h"
#include "cli/log.h"
#include "delivery/campaign.h"
#include "events.h"
#include "message_maker.h"
#include "options.h"
#include "recipients.h"

/// Whether relays, passwords, TLS and names of this machine allow sending at all: what can be said
/// without the network. Error as send() has it.
hagaki::Result<void> check_route(const Options& options);

/// Whether the files of --limits and --warm-up do, which send() reads, once. What is odd in them is
/// told as a warning.
hagaki::Result<void> check_bounds(const Options& options, hagaki::cli::Log& log);

/// Sends the campaign to relays or the receivers' servers, from all --source-ip but those
/// `left_out`, with progress on stderr unless `common` is quiet; the notices are in its language.
/// Errors are those that kept it from starting; events.lacks_log() tells the one of the log apart.
/// `log` hears of the route and the journal.
hagaki::Result<hagaki::delivery::Summary> send(const Options& options,
                                               const std::vector<hagaki::dns::IpAddress>& left_out,
                                               const hagaki::cli::CommonOptions& common,
                                               Recipients& recipients, MessageMaker& maker,
                                               Events& events, hagaki::cli::Log& log);
