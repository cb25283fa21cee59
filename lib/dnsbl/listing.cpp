#include "dnsbl/listing.h"

#include <array>
#include <string_view>

namespace hagaki::dnsbl {
namespace {

std::string percent_encoded(std::string_view text) {
  static constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '.' || c == '_' || c == '~' || c == ':';
    if (plain) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += '%';
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    }
  }
  return out;
}

}  // namespace

std::string fill_url(const std::string& url, const Target& target) {
  static constexpr std::array<std::string_view, 3> kSlots{"{ip}", "{domain}", "{query}"};
  std::string out = url;
  for (const auto slot : kSlots) {
    for (auto at = out.find(slot); at != std::string::npos; at = out.find(slot)) {
      out.replace(at, slot.size(), percent_encoded(target.text));
    }
  }
  return out;
}

}  // namespace hagaki::dnsbl
