#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rules/provider_limits.h"
#include "rules/toml_text.h"

namespace hagaki::rules {

/// What a table of a file says of limits.
struct LimitWords {
  std::optional<unsigned> connections;
  std::optional<unsigned> messages_per_connection;  ///< 0: no limit
  std::optional<std::vector<Rate>> rates;           ///< quotas among them
};

/// The keys, for messages.
inline constexpr std::string_view kLimitWords = "connections, messages_per_connection, rates";

/// Hears what is wrong with a node.
using Complain = std::function<void(const toml::node&, std::string)>;

/// Reads one key into `words`. False when the key is none of these.
bool read_limit_word(std::string_view key, const toml::node& node, LimitWords& words,
                     const Complain& complain);

/// The limits that `words` are, and `otherwise` where they are silent.
Limits settle_limits(const std::string& name, const LimitWords& words, const LimitWords& otherwise);

}  // namespace hagaki::rules
