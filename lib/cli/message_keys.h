#pragma once

#include <optional>
#include <string>

#include "address/unsubscribe_token.h"
#include "address/verp.h"
#include "base/result.h"

/// The keys of what recipients and their servers send back to us.
namespace hagaki::cli {

/// The key of signed return paths: the first line of `file` (empty = not given), else
/// $HAGAKI_VERP_SECRET, else verp-key under $CREDENTIALS_DIRECTORY. Nothing where none of them has
/// one. Errors as read_secret() has them, and Error::Config for a key that is too short.
Result<std::optional<verp::Key>> read_verp_key(const std::string& file);

/// The keys of unsubscribe tokens: the lines of `file` (empty = not given), else of
/// $HAGAKI_UNSUBSCRIBE_SECRET, else of unsubscribe-key under $CREDENTIALS_DIRECTORY. The first line
/// makes tokens; the others are older keys, whose tokens are still read. Nothing and errors as
/// read_verp_key() has them.
Result<std::optional<unsubscribe::Keys>> read_unsubscribe_keys(const std::string& file);

}  // namespace hagaki::cli
