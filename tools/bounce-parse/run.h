#pragma once

#include "cli/exit.h"
#include "cli/log.h"
#include "cli/output.h"
#include "judged.h"
#include "mailboxes.h"
#include "options.h"
#include "report.h"

/// Reads all inputs and reports. What cannot be read is told to `log`, and the rest is processed.
///
/// The exit code is one that a mail system may be told. Standard input, where a mail system hands
/// over a bounce, ends in 0 or in 75 (try again), never in a code that would make it bounce the
/// bounce: a mail that cannot be understood is no failure, an output that cannot be written may
/// work later. Files end in 66 when one could not be read, 65 when a mail was read in part or an
/// event of a mail service not at all (that also from standard input), 74 when the output failed or
/// a mail could not be moved or deleted, a mailbox in cli::exit_for() of what went wrong.
hagaki::cli::Exit run(const Options& options, const Tables& tables, const OpenMailbox& open,
                      ReportWriter& writer, hagaki::cli::Output& out, hagaki::cli::Log& log);
