#include "smtp/xtext.h"

#include <cstdint>

#include <fmt/format.h>

namespace hagaki::smtp {
namespace {

bool stands_for_itself(unsigned char c) {
  return c > 0x20 && c < 0x7F && c != '+' && c != '=';
}

}  // namespace

std::string to_xtext(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto octet = static_cast<unsigned char>(c);
    if (stands_for_itself(octet)) {
      out += c;
    } else {
      out += fmt::format("+{:02X}", octet);
    }
  }
  return out;
}

std::string to_utf8_xtext(std::string_view address) {
  std::string out;
  for (std::size_t i = 0; i < address.size();) {
    const auto lead = static_cast<unsigned char>(address[i++]);
    if (stands_for_itself(lead) && lead != '\\') {
      out += static_cast<char>(lead);
      continue;
    }
    std::uint32_t number = lead < 0x80   ? lead
                           : lead < 0xE0 ? lead & 0x1Fu
                           : lead < 0xF0 ? lead & 0x0Fu
                                         : lead & 0x07u;
    while (i < address.size() && (static_cast<unsigned char>(address[i]) & 0xC0u) == 0x80) {
      number = number << 6 | (static_cast<unsigned char>(address[i++]) & 0x3Fu);
    }
    out += fmt::format("\\x{{{:X}}}", number);
  }
  return out;
}

}  // namespace hagaki::smtp
