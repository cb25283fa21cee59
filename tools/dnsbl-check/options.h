#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/app.h"

/// What the command line asks for.
struct Options {
  std::vector<std::string> resolvers;
  std::vector<std::string> zones;
  std::string zones_file;
  std::string set = "default";
  std::string keys_file;
  double timeout_s = 5;
  std::int64_t quorum = 50;  ///< percent of the questions that must be judged
  bool explain = false;
  bool self_test = false;
  bool list_zones = false;
  std::int64_t in_flight = 100;  ///< questions open at once to one list
  std::int64_t rate = 0;         ///< questions a second to one list; 0 = as its row allows
  std::string resume_file;
  bool summary = false;
  std::string format;      ///< of the answers; empty: by where they go
  std::string state_file;  ///< what was listed before
  bool changes = false;
  bool self = false;      ///< ask about this machine's own addresses
  bool received = false;  ///< and about those in a message's Received fields
  bool health = false;
  std::string helo;                    ///< with --health
  std::vector<std::string> selectors;  ///< with --health: of DKIM
  std::vector<std::string> targets;
};

/// Binds `options` to the tool's option table.
void add_options(hagaki::cli::App& app, Options& options);

/// How answers are written.
enum class Format { Json, Table, Nagios, Prometheus };

/// `json` is the common --json. Where neither says: a table at a terminal, records elsewhere.
Format format_of(const Options& options, bool json);

/// What the option table alone cannot see.
hagaki::Result<void> check(const Options& options, bool json);
