#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "cli/app.h"
#include "rehearse/server.h"

/// What mail-rehearse was asked to do.
struct Options {
  std::vector<std::string> scenario;
  std::string dns = "127.0.0.1:0";
  std::string smtp = "127.0.0.1:0";
  std::string maildir;       ///< empty = accepted mail is counted only
  std::string bounces;       ///< Maildir of all bounces
  std::string bounce_relay;  ///< HOST:PORT that bounces are sent to
  std::string log;           ///< one record for each recipient
  bool check = false;        ///< read the scenario and end

  hagaki::rehearse::Endpoint dns_endpoint;
  hagaki::rehearse::Endpoint smtp_endpoint;
  hagaki::rehearse::Endpoint bounce_endpoint;
};

/// Makes the option table; `options` must outlive parsing.
void add_options(hagaki::cli::App& app, Options& options);

/// Reads the addresses and looks for conflicts: an Error that is a wrong command line.
hagaki::Result<void> check(Options& options);
