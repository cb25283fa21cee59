#pragma once

#include <string_view>

namespace hagaki::preflight {

/// The lists of data/content-tables.json.
enum class Table {
  Executable,  ///< endings of files that run
  Macro,       ///< endings of documents that may hold programs
  Shortener,   ///< domains that shorten links
  Mailbox,     ///< domains of mailbox providers
};

/// True where `word` (lower case) is in it.
bool is_listed(Table table, std::string_view word);

}  // namespace hagaki::preflight
