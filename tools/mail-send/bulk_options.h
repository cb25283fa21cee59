#pragma once

#include <string>

#include "base/result.h"
#include "cli/app.h"

/// What mail-send was asked to add for receivers of bulk mail, and for who wants to leave.
struct BulkOptions {
  std::string unsubscribe;         ///< URL
  std::string unsubscribe_mailto;  ///< address
  std::string unsubscribe_key;     ///< file; empty = none, or where read_unsubscribe_keys() looks
  bool verify_token = false;

  std::string list_id;
  std::string feedback_id;  ///< "auto": made from campaign and sender
  std::string precedence;
  std::string auto_submitted;  ///< empty: as the kind of mail asks for

  // who sends
  std::string sender_name;
  std::string postal_address;  ///< may have several lines
  std::string contact;
};

/// Adds the options to the table; `options` must outlive parsing.
void add_bulk_options(hagaki::cli::App& app, BulkOptions& options);

/// Checks what the table cannot. The message of an Error names the option.
hagaki::Result<void> check_bulk(const BulkOptions& options);
