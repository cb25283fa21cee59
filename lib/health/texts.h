#pragma once

#include <string_view>

#include "preflight/catalogue.h"

namespace hagaki::health {

/// What each id of an Item means, in `language` ("en", "ja"; any other gives English): the findings
/// of preflight, and those that only health has.
preflight::Catalogue texts(std::string_view language);

}  // namespace hagaki::health
