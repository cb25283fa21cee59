#include "rehearse/ip.h"

#include <arpa/inet.h>

#include <algorithm>
#include <cctype>
#include <cstring>

#include "base/text.h"

namespace hagaki::rehearse {

std::optional<IpRange> IpRange::parse(std::string_view text) {
  IpRange range;
  const std::size_t slash = text.find('/');
  const std::string address(text.substr(0, slash));
  if (inet_pton(AF_INET, address.c_str(), range.bytes_.data()) == 1) {
    range.bits_ = 32;
  } else if (inet_pton(AF_INET6, address.c_str(), range.bytes_.data()) == 1) {
    range.v6_ = true;
    range.bits_ = 128;
  } else {
    return std::nullopt;
  }
  if (slash != std::string_view::npos) {
    const auto bits = parse_unsigned(text.substr(slash + 1), range.bits_);
    if (!bits) return std::nullopt;
    range.bits_ = static_cast<unsigned>(*bits);
  }
  return range;
}

bool IpRange::contains(std::string_view address) const {
  std::array<std::uint8_t, 16> other{};
  const std::string text(address);
  if (inet_pton(v6_ ? AF_INET6 : AF_INET, text.c_str(), other.data()) != 1) return false;
  const unsigned whole = bits_ / 8;
  if (std::memcmp(bytes_.data(), other.data(), whole) != 0) return false;
  const unsigned rest = bits_ % 8;
  if (rest == 0) return true;
  const auto mask = static_cast<std::uint8_t>(0xff << (8 - rest));
  return (bytes_[whole] & mask) == (other[whole] & mask);
}

bool is_loopback4(std::string_view address) {
  const auto range = IpRange::parse("127.0.0.0/8");
  return range && range->contains(address);
}

std::optional<std::string> unreverse(std::string_view labels) {
  auto parts = split(labels, '.');
  std::reverse(parts.begin(), parts.end());
  std::string text;
  if (parts.size() == 4) {
    for (const auto part : parts) text += (text.empty() ? "" : ".") + std::string(part);
  } else if (parts.size() == 32) {
    for (std::size_t i = 0; i < parts.size(); ++i) {
      if (parts[i].size() != 1 || std::isxdigit(static_cast<unsigned char>(parts[i][0])) == 0)
        return std::nullopt;
      if (i > 0 && i % 4 == 0) text += ':';
      text += parts[i];
    }
  }
  if (text.empty() || text.find('/') != std::string::npos || !IpRange::parse(text))
    return std::nullopt;
  return text;
}

}  // namespace hagaki::rehearse
