#include "health/texts.h"

#include <cassert>

#include "base/embedded.h"

HAGAKI_EMBEDDED(findings_health_json)

namespace hagaki::health {

preflight::Catalogue texts(std::string_view language) {
  auto out = preflight::Catalogue::builtin(language);
  [[maybe_unused]] const auto added =
      out.add(embedded::findings_health_json, language == "ja" ? "ja" : "en");
  assert(added);  // the unit tests read the same bytes
  return out;
}

}  // namespace hagaki::health
