#include "dns/query_form.h"

#include "dns/names.h"

namespace hagaki::dns {

std::string reversed(const IpAddress& ip) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string out;
  out.reserve(64);
  for (std::size_t i = ip.size(); i-- > 0;) {
    if (!out.empty()) out += '.';
    const auto byte = ip.bytes[i];
    if (ip.v6) {
      out += kHex[byte & 15];
      out += '.';
      out += kHex[byte >> 4];
    } else {
      out += std::to_string(byte);
    }
  }
  return out;
}

Result<std::string> query_form(const IpAddress& ip, std::string_view zone) {
  return query_form(reversed(ip), zone);
}

Result<std::string> query_form(std::string_view domain, std::string_view zone) {
  if (auto ok = check_name(domain); !ok) return tl::unexpected(ok.error());
  if (auto ok = check_name(zone); !ok) return tl::unexpected(ok.error());
  std::string name = normal_name(domain) + '.' + normal_name(zone);
  if (auto ok = check_name(name); !ok) return tl::unexpected(ok.error());
  return name;
}

std::string ptr_name(const IpAddress& ip) {
  return reversed(ip) + (ip.v6 ? ".ip6.arpa" : ".in-addr.arpa");
}

}  // namespace hagaki::dns
