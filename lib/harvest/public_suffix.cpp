#include "harvest/public_suffix.h"

#include <libpsl.h>

#include <string>

#include "dns/names.h"

namespace hagaki::harvest {

bool is_mail_domain(std::string_view domain) {
  const auto dot = domain.rfind('.');
  if (dot == std::string_view::npos || dot == 0 || !dns::check_name(domain)) return false;
  const std::string top(domain.substr(dot + 1));
  if (top == "test" || top == "example" || top == "invalid") return true;
  const psl_ctx_t* list = psl_builtin();
  const std::string whole(domain);
  // Without the rule "*", which would make any last label a public suffix.
  constexpr int kListed = PSL_TYPE_ICANN | PSL_TYPE_NO_STAR_RULE;
  return psl_is_public_suffix2(list, top.c_str(), kListed) != 0 &&
         psl_is_public_suffix2(list, whole.c_str(), kListed) == 0;
}

}  // namespace hagaki::harvest
