#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace hagaki::rules {

/// What becomes of a recipient that a rule is against.
enum class Action {
  Drop,    ///< no further mail
  Hold,    ///< no mail until a time, then another try
  Notify,  ///< no further mail; the person should hear of it another way
  Tag,     ///< kept, and marked
};

/// "drop", "hold", "notify", "tag".
std::string_view name_of(Action action);

/// Why a recipient gets no mail, or is marked.
struct Decision {
  std::string rule;  ///< "stop.userunknown", "suppress.domain", "hygiene.null-mx"
  Action action = Action::Drop;
  std::optional<Timestamp> until;     ///< of Hold: when the next try is due
  std::vector<std::string> evidence;  ///< JSON objects, oldest first
};

/// The evidence as a JSON array, each piece byte for byte.
std::string evidence_array(const Decision& decision);

}  // namespace hagaki::rules
