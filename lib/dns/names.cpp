#include "dns/names.h"

#include <algorithm>

#include "base/ascii.h"
#include "base/text.h"

namespace hagaki::dns {

std::string normal_name(std::string_view name) {
  if (name.ends_with('.')) name.remove_suffix(1);
  return ascii_lower(name);
}

bool fits_wire(std::string_view name) {
  if (name.ends_with('.')) name.remove_suffix(1);
  if (name.size() > 253) return false;
  for (std::size_t begin = 0; begin <= name.size();) {
    const auto length = std::min(name.find('.', begin), name.size()) - begin;
    if (length == 0 || length > 63) return false;
    begin += length + 1;
  }
  return true;
}

Result<void> check_name(std::string_view name) {
  if (name.ends_with('.')) name.remove_suffix(1);
  if (name.empty()) return fail(ErrorCode::Syntax, "empty name");
  if (name.size() > 253) return fail(ErrorCode::Syntax, "name longer than 253 octets");
  std::size_t begin = 0;
  while (begin <= name.size()) {
    const auto label = name.substr(begin, std::min(name.find('.', begin), name.size()) - begin);
    if (label.empty()) return fail(ErrorCode::Syntax, "empty label");
    if (label.size() > 63) return fail(ErrorCode::Syntax, "label longer than 63 octets");
    for (const char c : label) {
      const bool known = is_alnum(c) || c == '-' || c == '_';
      if (!known) return fail(ErrorCode::Syntax, "a character that no host name has");
    }
    begin += label.size() + 1;
  }
  return {};
}

bool is_localhost(std::string_view name) {
  const std::string normal = normal_name(name);
  return normal == "localhost" || normal.ends_with(".localhost") ||
         normal == "localhost.localdomain" || normal == "localhost6" ||
         normal == "localhost6.localdomain6";
}

}  // namespace hagaki::dns
