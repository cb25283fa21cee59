#pragma once

#include <string_view>

#include "harvest/columns.h"

namespace hagaki::harvest {

/// What kind of list a file is.
enum class Kind { Csv, JsonLines, Text };

/// "csv", "jsonl", "text": as --format names it.
std::string_view kind_name(Kind kind);

/// Tells by the file's name (.csv, .tsv, .jsonl, .ndjson) and else by its first two lines (UTF-8,
/// not blank; `second` may be empty): an object is JSON lines; a header row that names mail
/// addresses, or a record with an address in a field of its own beside others, is CSV; anything
/// else is text.
Kind sniff_kind(std::string_view file_name, std::string_view first, std::string_view second,
                const ColumnNames& names);

}  // namespace hagaki::harvest
