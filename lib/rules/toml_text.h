#pragma once

#include <string>
#include <string_view>

#include <toml++/toml.h>

#include "base/result.h"

namespace hagaki::rules {

/// Reads a file's text. Error::Config with "name:line" as context when it is not TOML, Error::Limit
/// when it is longer than limits::kDataFile. For the .cpp files of this folder alone: the header is
/// a large one.
Result<toml::table> parse_toml(std::string_view text, const std::string& name);

}  // namespace hagaki::rules
