#pragma once

#include <cstddef>
#include <vector>

#include "base/result.h"
#include "cli/log.h"
#include "dnsbl/selection.h"
#include "dnsbl/target.h"
#include "dnsbl/zones.h"
#include "options.h"

/// The zone table: built in, with --zones added.
hagaki::Result<hagaki::dnsbl::ZoneTable> load_table(const Options& options);

/// The keys of --keys; none where it is not given. Error::Denied when others may read the file.
hagaki::Result<hagaki::dnsbl::Keys> load_keys(const Options& options);

/// The targets that could be read, each once, and how many could not.
struct Targets {
  std::vector<hagaki::dnsbl::Target> good;
  std::size_t bad = 0;
};

/// Reads the operands ("-" being standard input), or standard input where there are none: one
/// target a line, blank lines and lines that begin with '#' passed over. What is no target is
/// reported to `log` and skipped. Error::NotFound when nothing at all was named, Error::Io when
/// reading failed.
hagaki::Result<Targets> read_targets(const Options& options, hagaki::cli::Log& log);
