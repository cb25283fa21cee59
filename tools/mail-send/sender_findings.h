#pragma once

#include <chrono>
#include <vector>

#include "cli/log.h"
#include "dkim/signature.h"
#include "letter/template.h"
#include "options.h"
#include "preflight/finding.h"

/// What DNS says about who sends: From, Reply-To and --bounces, SPF, DKIM, DMARC, PTR, HELO and
/// blocklists. Takes `limit` at most; what is not known by then could not be checked. `log` hears
/// which resolver was asked. A sender that the template leaves open (a merge field in From) is not
/// looked at.
std::vector<hagaki::preflight::Finding> sender_findings(
    const Options& options, const hagaki::letter::Template& message,
    const std::vector<hagaki::dkim::Signer>& signers, std::chrono::milliseconds limit,
    hagaki::cli::Log& log);
