#include "smtp/xtext.h"

#include <cstdint>

#include <fmt/core.h>

#include "base/utf8.h"

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
    const char32_t c = next_character(address, i);
    if (c < 0x80 && c != '\\' && stands_for_itself(static_cast<unsigned char>(c))) {
      out += static_cast<char>(c);
    } else {
      out += fmt::format("\\x{{{:X}}}", static_cast<std::uint32_t>(c));
    }
  }
  return out;
}

}  // namespace hagaki::smtp
