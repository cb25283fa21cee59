#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "cli/app.h"
#include "delivery/campaign.h"

struct Options;

/// A mailbox that relays want to see us log in to (POP before SMTP).
struct PopOptions {
  std::string url;            ///< empty: they do not
  std::string password_file;  ///< empty: the password comes from elsewhere
  std::int64_t every = 5;     ///< minutes
};

/// Adds the options to the table; `options` must outlive parsing.
void add_pop_options(hagaki::cli::App& app, PopOptions& options);

/// Checks what the table cannot. The message of an Error names the option.
hagaki::Result<void> check_pop(const PopOptions& options, bool through_relays);

/// How to log in; nothing opens it yet. Without a door where none was asked for. Error::Config
/// where there is no password, Error::Denied where others can read its file.
hagaki::Result<hagaki::delivery::RelayDoor> relay_door(const Options& options);
