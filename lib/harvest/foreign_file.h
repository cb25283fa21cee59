#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace hagaki::harvest {

/// What a file is that cannot be read as a list, and what to do with it ("a PDF document; …"), by
/// the magic numbers of its first bytes, or because they are no text. Nothing for text in any
/// encoding, and for zip files, of which .xlsx is one. `file_name` helps to tell apart what begins
/// alike.
std::optional<std::string> foreign_file(std::string_view head, std::string_view file_name);

/// Whether `head` begins as a zip file.
bool is_zip(std::string_view head);

}  // namespace hagaki::harvest
