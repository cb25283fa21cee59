#include "rules/role_account.h"

#include <set>
#include <string>

#include "base/embedded.h"
#include "base/text.h"

HAGAKI_EMBEDDED(roles_txt)

namespace hagaki::rules {
namespace {

std::set<std::string_view> read_roles() {
  std::set<std::string_view> out;
  for (const auto line : split(embedded::roles_txt, '\n')) {
    const auto role = trim(line.substr(0, line.find('#')));
    if (!role.empty()) out.insert(role);
  }
  return out;
}

}  // namespace

bool is_role_account(std::string_view local) {
  static const std::set<std::string_view> kRoles = read_roles();
  if (local.size() > 2 && local.front() == '"') local = local.substr(1, local.size() - 2);
  const std::string name = ascii_lower(local.substr(0, local.find('+')));
  return kRoles.contains(name);
}

}  // namespace hagaki::rules
