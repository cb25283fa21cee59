#include "smtp/capabilities.h"

#include <algorithm>

#include "base/text.h"

namespace hagaki::smtp {
Capabilities parse_capabilities(std::string_view text) {
  Capabilities caps;
  const auto lines = split(text, '\n');
  for (std::size_t i = 1; i < lines.size(); ++i) {
    const std::string line = ascii_upper(trim(lines[i]));
    const std::string_view view = line;
    const auto end = std::min(view.find_first_of(" ="), view.size());
    const std::string_view keyword = view.substr(0, end);
    const std::string_view value = end < view.size() ? trim(view.substr(end + 1)) : "";
    if (keyword == "PIPELINING") {
      caps.pipelining = true;
    } else if (keyword == "8BITMIME") {
      caps.eightbitmime = true;
    } else if (keyword == "SMTPUTF8") {
      caps.smtputf8 = true;
    } else if (keyword == "ENHANCEDSTATUSCODES") {
      caps.enhanced_status_codes = true;
    } else if (keyword == "DSN") {
      caps.dsn = true;
    } else if (keyword == "CHUNKING") {
      caps.chunking = true;
    } else if (keyword == "REQUIRETLS") {
      caps.requiretls = true;
    } else if (keyword == "SIZE") {
      caps.size = true;
      caps.max_size = parse_unsigned(value).value_or(0);
    }
  }
  return caps;
}

}  // namespace hagaki::smtp
