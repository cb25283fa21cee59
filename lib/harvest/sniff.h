#pragma once

#include <optional>
#include <string_view>

#include "harvest/columns.h"

namespace hagaki::harvest {

/// What kind of list a file is.
enum class Kind { Csv, JsonLines, Text, Xlsx, Vcard, Ldif, Mail, Html };

/// "csv", "jsonl", "text", "xlsx", "vcard", "ldif", "mail", "html": as --format names it.
std::string_view kind_name(Kind kind);

/// The kind of that name; nothing for another.
std::optional<Kind> kind_of_name(std::string_view name);

/// Tells what shows in the bytes a file begins with, whatever its name: a zip file is .xlsx,
/// BEGIN:VCARD, version: or dn:, a From_ line or a mail's header, a tag of HTML. Nothing for lines
/// of other kinds, which sniff_kind() tells apart. `head` is some kilobytes in any encoding.
std::optional<Kind> sniff_content(std::string_view head, std::string_view file_name);

/// Tells by the file's name (.csv, .tsv, .jsonl, .ndjson) and else by its first two lines (UTF-8,
/// not blank; `second` may be empty): an object is JSON lines; a header row that names mail
/// addresses, or a record with an address in a field of its own beside others, is CSV; anything
/// else is text.
Kind sniff_kind(std::string_view file_name, std::string_view first, std::string_view second,
                const ColumnNames& names);

}  // namespace hagaki::harvest
