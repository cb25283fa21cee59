#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace hagaki::cli {

/// Where a tool keeps what a later run needs: $XDG_STATE_HOME/hagaki/NAME, else
/// ~/.local/state/hagaki/NAME, with what file names cannot hold as %XX. Makes no folder.
/// Error::Config when the environment names neither.
Result<std::string> state_file(std::string_view name);

}  // namespace hagaki::cli
