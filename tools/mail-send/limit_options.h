#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/app.h"
#include "cli/log.h"
#include "delivery/campaign.h"
#include "delivery/throttle.h"

/// What mail-send was asked to keep within.
struct LimitOptions {
  std::string limits;                ///< file; empty = the built-in numbers alone
  std::vector<std::string> windows;  ///< empty = at any time
};

/// Adds the options to the table; `options` must outlive parsing.
void add_limit_options(hagaki::cli::App& app, LimitOptions& options);

/// Checks what the table cannot. The message of an Error names the option.
hagaki::Result<void> check_limits(const LimitOptions& options);

/// Reads what the options name: the file once, since it may be a pipe. `relays` are the hosts that
/// tables of relays may name; what is odd is told as a warning. Quotas are counted in `quota_file`,
/// by this machine's clocks. Error::Config says what is wrong in the file.
hagaki::Result<std::shared_ptr<hagaki::delivery::Throttles>> open_throttles(
    const LimitOptions& options, const std::vector<hagaki::delivery::Relay>& relays,
    const std::string& quota_file, hagaki::cli::Log& log);
