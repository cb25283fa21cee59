#pragma once

#include <optional>
#include <string>

#include "address/verp.h"
#include "base/result.h"

namespace hagaki::cli {

/// The key of signed return paths: the first line of `file` (empty = not given), else
/// $HAGAKI_VERP_SECRET, else verp-key under $CREDENTIALS_DIRECTORY. Nothing where none of them has
/// one. Errors as read_secret() has them, and Error::Config for a key that is too short.
Result<std::optional<verp::Key>> read_verp_key(const std::string& file);

}  // namespace hagaki::cli
