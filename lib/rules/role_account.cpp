#include "rules/role_account.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <unordered_set>

#include "base/ascii.h"
#include "base/embedded.h"
#include "base/text.h"

HAGAKI_EMBEDDED(roles_txt)

namespace hagaki::rules {
namespace {

constexpr std::size_t kLongest = 64;  ///< octets of a local part (RFC 5321 §4.5.3.1.1)

std::unordered_set<std::string_view> read_roles() {
  std::unordered_set<std::string_view> out;
  for (const auto line : split(embedded::roles_txt, '\n')) {
    const auto role = trim(line.substr(0, line.find('#')));
    if (!role.empty()) out.insert(role);
  }
  return out;
}

}  // namespace

bool is_role_account(std::string_view local) {
  static const std::unordered_set<std::string_view> kRoles = read_roles();
  if (local.size() > 2 && local.front() == '"') local = local.substr(1, local.size() - 2);
  local = local.substr(0, local.find('+'));
  if (local.size() > kLongest) return false;
  std::array<char, kLongest> name{};
  std::transform(local.begin(), local.end(), name.begin(), to_lower);
  return kRoles.contains(std::string_view(name.data(), local.size()));
}

}  // namespace hagaki::rules
