#pragma once

#include <string_view>

namespace hagaki::letter {

/// The media type of a file, by the ending of its name (IANA's registry): "application/pdf".
/// "application/octet-stream" where it is not known.
std::string_view media_type(std::string_view file_name);

}  // namespace hagaki::letter
