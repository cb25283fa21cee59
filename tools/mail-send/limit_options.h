#pragma once

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
  std::vector<std::string> windows;  ///< as given; empty = at any time
  hagaki::rules::SendWindow window;  ///< set by check_limits()
};

/// Adds the options to the table; `options` must outlive parsing.
void add_limit_options(hagaki::cli::App& app, LimitOptions& options);

/// Checks what the table cannot. The message of an Error names the option.
hagaki::Result<void> check_limits(LimitOptions& options);

/// Reads what the options name: the file once, since it may be a pipe. `relays` are those that
/// tables of relays may name; what is odd is told as a warning. What `routes` (may be null) says of
/// a relay holds where the file says nothing. Quotas go by this machine's clocks; the file to count
/// them in is not set. Error::Config says what is wrong in the file.
hagaki::Result<hagaki::delivery::Limiting> read_limits(
    const LimitOptions& options, const std::vector<hagaki::delivery::Relay>& relays,
    const hagaki::rules::RouteTable* routes, hagaki::cli::Log& log);
