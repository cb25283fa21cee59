#include "harvest/mailto.h"

#include <algorithm>

#include "address/address.h"
#include "base/ascii.h"
#include "base/text.h"
#include "harvest/full_width.h"
#include "harvest/public_suffix.h"

namespace hagaki::harvest {
namespace {

constexpr std::size_t kLongest = 64u << 10;

std::string percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && hex_value(text[i + 1]) >= 0 &&
        hex_value(text[i + 2]) >= 0) {
      out += static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]));
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

/// Adds the addresses of a list that commas (and what people take for them) part. Where a comma is
/// encoded it belongs to an address.
void add_list(std::string_view list, std::vector<std::string>& out) {
  for (std::size_t begin = 0; begin <= list.size();) {
    const auto end = std::min(list.find_first_of(",;", begin), list.size());
    const std::string one =
        with_narrow_signs_alone(percent_decoded(list.substr(begin, end - begin)));
    begin = end + 1;
    const auto address = Address::parse(bare_address(trim(one)));
    if (address && is_mail_domain(address->domain().ascii())) out.push_back(address->text());
  }
}

}  // namespace

std::vector<std::string> mailto_addresses(std::string_view url) {
  constexpr std::string_view kScheme = "mailto:";
  std::vector<std::string> out;
  if (!ascii_istarts_with(url, kScheme) || url.size() > kLongest) return out;
  url.remove_prefix(kScheme.size());
  if (url.starts_with("//")) url.remove_prefix(2);  // as people write it who know web pages
  url = url.substr(0, url.find('#'));
  const auto query = std::min(url.find('?'), url.size());
  add_list(url.substr(0, query), out);
  if (query == url.size()) return out;
  for (const auto field : split(url.substr(query + 1), '&')) {
    const auto equals = field.find('=');
    if (equals == std::string_view::npos) continue;
    const auto name = ascii_lower(field.substr(0, equals));
    if (name == "to" || name == "cc" || name == "bcc") add_list(field.substr(equals + 1), out);
  }
  return out;
}

}  // namespace hagaki::harvest
