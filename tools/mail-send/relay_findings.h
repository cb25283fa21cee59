#pragma once

#include <chrono>
#include <cstddef>
#include <vector>

#include "base/result.h"
#include "options.h"
#include "preflight/finding.h"

/// A message as it would go out.
struct SampleMessage {
  std::size_t octets = 0;
  bool needs_smtputf8 = false;
};

/// Opens a session with each relay, up to what comes behind the login, and says good-bye: whether
/// it can be reached, takes us, has a certificate that can be verified, and takes a message like
/// `sample`. All at once; takes `limit` at most. Errors are those of check_route().
hagaki::Result<std::vector<hagaki::preflight::Finding>> relay_findings(
    const Options& options, const SampleMessage& sample, std::chrono::milliseconds limit);
