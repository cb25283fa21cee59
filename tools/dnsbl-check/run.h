#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "base/time.h"
#include "cli/exit.h"
#include "cli/log.h"
#include "dns/resolver.h"
#include "dnsbl/selection.h"
#include "options.h"
#include "recall.h"
#include "report.h"
#include "setup.h"
#include "target_stream.h"

/// What a run needs from outside.
struct Edges {
  hagaki::dns::Resolver& resolver;
  std::string resolver_name;               ///< for messages
  std::function<hagaki::Timestamp()> now;  ///< never runs backwards
  std::function<void()> wait;              ///< runs the event loop until stop()
  std::function<void()> stop;
  std::function<void(std::function<void()>)> post;  ///< calls from the loop, in its next round
  /// Calls once after that time; a later call takes the place of an earlier one.
  std::function<void(std::chrono::milliseconds, std::function<void()>)> wake_after;
  /// Calls once when the descriptor can be read.
  std::function<void(int, std::function<void()>)> when_readable;
};

/// How many questions may be open at once, all lists together.
std::size_t questions_at_once(const Options& options);

struct RunEnd {
  hagaki::cli::Exit exit;
  Tally tally;
};

/// Asks the lists of `selection` about `targets` and reports. The exit code says it all: 74 reading
/// or writing failed, 75 the resolver is dead or too few questions could be judged, 65 some target
/// was bad, 66 there was none, 1 a block list has an entry, 0 none has. `recall` may be null.
RunEnd run(const Options& options, const hagaki::dnsbl::Selection& selection, TargetStream& targets,
           Recall* recall, const Edges& edges, Report& report, hagaki::cli::Log& log);
