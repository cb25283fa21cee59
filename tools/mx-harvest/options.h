#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/app.h"

/// What mx-harvest was asked to do.
struct Options {
  std::vector<std::string> resolvers;  ///< HOST:PORT; empty = the system's
  bool no_dns = false;
  bool no_mx_hosts = false;
  double timeout_s = 5;
  double in_flight = 500;
  double rate = 0;       ///< questions a second; 0 = any
  std::string cache;     ///< empty = none
  std::string encoding;  ///< empty = detect
  std::string format = "auto";
  std::vector<std::string> map;  ///< FIELD=COLUMN
  std::string mail_fields = "from";
  std::vector<std::string> own;  ///< ADDRESS or @DOMAIN
  std::string consent;
  std::string columns_file;       ///< empty = the built-in table
  std::string providers_file;     ///< empty = the built-in table
  std::string at;                 ///< RFC 3339; empty = now
  std::vector<std::string> only;  ///< states and groups of them; empty = all
  std::string no_ads_file;        ///< empty = the built-in table
  std::int64_t depth = 0;         ///< links followed one behind the other
  std::int64_t max_pages = 1000;  ///< of each URL named
  std::int64_t max_page = 10;     ///< MiB
  double pause_s = 1;             ///< between two requests to a host
  bool allow_private = false;
  std::string ca_file;  ///< empty = the system's
  bool by_domain = false;
  bool stats = false;
  std::vector<std::string> sources;  ///< empty = standard input
};

/// Makes the option table; `options` must outlive parsing.
void add_options(hagaki::cli::App& app, Options& options);

/// Checks what the table cannot: Error::Unsupported names what is wrong.
hagaki::Result<void> check(const Options& options);
