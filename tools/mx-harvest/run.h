#pragma once

#include <cstdint>
#include <functional>

#include "cli/exit.h"
#include "cli/log.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "cli/table.h"
#include "dns/resolver.h"
#include "harvest/providers.h"
#include "net/loop.h"
#include "sources.h"
#include "status_filter.h"
#include "store/dns_cache.h"

/// What is wanted of a run.
struct Wanted {
  StatusFilter only{};
  bool by_domain = false;   ///< records of domains in place of recipients
  bool stats = false;       ///< Outcome::stats
  std::string lang = "en";  ///< of tables
};

/// The outside of a run.
struct Edges {
  hagaki::net::Loop& loop;
  hagaki::dns::Resolver* resolver;  ///< null: DNS is not asked
  bool mx_hosts;                    ///< whether the hosts of an MX are asked about too
  hagaki::store::DnsCache* cache;   ///< null: none
  hagaki::cli::Output& out;
  hagaki::cli::Log& log;
  hagaki::cli::Progress& progress;
  bool table = false;  ///< for a person: a table instead of records
  bool color = false;
  std::size_t columns = 80;
  Wanted wanted{};
};

struct Outcome {
  hagaki::cli::Exit exit = hagaki::cli::Exit::Ok;
  /// True when a thread still waits for input that nobody needs any more (the reader of our output
  /// went away, or the run was interrupted).
  bool reading = false;
  std::string stats{};  ///< tables for a person
};

/// Reads all sources and writes each row in order once its domain is known, or a record of each
/// domain at the end. Rows that wait are bounded in number and bytes; reading goes on in the thread
/// pool meanwhile.
Outcome run(Sources& sources, const hagaki::harvest::Providers& providers, const Edges& edges);
