#include "harvest/public_suffix.h"

#include <string>

#include "address/public_suffix.h"
#include "dns/names.h"

namespace hagaki::harvest {

bool is_mail_domain(std::string_view domain) {
  const auto dot = domain.rfind('.');
  if (dot == std::string_view::npos || dot == 0 || !dns::check_name(domain)) return false;
  const std::string top(domain.substr(dot + 1));
  if (top == "test" || top == "example" || top == "invalid") return true;
  return is_registry_suffix(top) && !is_registry_suffix(domain);
}

}  // namespace hagaki::harvest
