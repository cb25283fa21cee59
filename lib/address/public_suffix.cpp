#include "address/public_suffix.h"

#include <libpsl.h>

namespace hagaki {

bool is_registry_suffix(std::string_view domain) {
  // Without the rule "*", which would make any last label a public suffix.
  constexpr int kListed = PSL_TYPE_ICANN | PSL_TYPE_NO_STAR_RULE;
  return psl_is_public_suffix2(psl_builtin(), std::string(domain).c_str(), kListed) != 0;
}

std::string registrable_domain(std::string_view domain) {
  if (domain.empty() || domain.front() == '[' || domain.front() == '.') return {};
  const std::string whole(domain);
  const char* found = psl_registrable_domain(psl_builtin(), whole.c_str());
  return found == nullptr ? std::string() : std::string(found);
}

}  // namespace hagaki
