#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/app.h"

/// What the command line asks for.
struct Options {
  bool explain = false;
  bool all = false;
  bool why = false;
  std::string move;  ///< "cur", or a folder; empty = mails stay
  bool remove = false;
  std::int64_t threads = 0;          ///< 0 = as many as there are processors, at most 8
  std::int64_t max_mail = 64;        ///< MiB
  std::string tls = "require";       ///< or "none", to a mailbox
  std::string ca_file;               ///< certificates of mailbox servers; empty = the system's
  std::string password_file;         ///< of a mailbox
  std::string state;                 ///< of a POP3 mailbox; empty = in the state folder
  std::int64_t timeout = 60;         ///< for an answer of a mailbox server, seconds
  std::vector<std::string> formats;  ///< words of --format
  std::string rules;                 ///< file; empty = built in
  std::string dialects;              ///< file; empty = built in
  std::string verp_key;              ///< file; empty = none, or where read_verp_key() looks besides
  std::string unsubscribe_key;       ///< the same of read_unsubscribe_keys()
  std::vector<std::string> inputs;   ///< empty = standard input
};

/// Binds `options` to the tool's option table.
void add_options(hagaki::cli::App& app, Options& options);

/// What contradicts itself, as a message for the person who typed it.
hagaki::Result<void> check(const Options& options);
