#pragma once

#include <functional>
#include <string>

#include "base/time.h"
#include "cli/exit.h"
#include "cli/log.h"
#include "dns/resolver.h"
#include "dnsbl/selection.h"
#include "options.h"
#include "report.h"
#include "setup.h"

/// What a run needs from outside.
struct Edges {
  hagaki::dns::Resolver& resolver;
  std::string resolver_name;               ///< for messages
  std::function<hagaki::Timestamp()> now;  ///< never runs backwards
  std::function<void()> wait;              ///< runs the event loop until stop()
  std::function<void()> stop;
};

/// Asks the lists of `selection` about `targets` and reports. The exit code says it all: 74 writing
/// failed, 75 the resolver is dead or too few questions could be judged, 65 some target was bad,
/// 1 a block list has an entry, 0 none has.
hagaki::cli::Exit run(const Options& options, const hagaki::dnsbl::Selection& selection,
                      Targets targets, const Edges& edges, Report& report, hagaki::cli::Log& log);
