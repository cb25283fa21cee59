#include "net/url.h"

#include "base/ascii.h"
#include "base/text.h"

namespace hagaki::net {
namespace {

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

}  // namespace

std::optional<std::string> percent_decode(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '%') {
      if (i + 2 >= text.size()) return std::nullopt;
      const int high = hex_value(text[i + 1]);
      const int low = hex_value(text[i + 2]);
      if (high < 0 || low < 0) return std::nullopt;
      c = static_cast<char>(high * 16 + low);
      i += 2;
    }
    if (is_control(c)) return std::nullopt;
    out.push_back(c);
  }
  return out;
}

std::optional<HostPort> parse_host_port(std::string_view text, std::uint16_t least_port) {
  HostPort out;
  if (text.starts_with('[')) {
    const auto close = text.find(']');
    if (close == std::string_view::npos) return std::nullopt;
    out.host = text.substr(1, close - 1);
    text.remove_prefix(close + 1);
  } else {
    out.host = text.substr(0, text.find(':'));
    text.remove_prefix(out.host.size());
  }
  if (out.host.empty()) return std::nullopt;
  for (const char c : out.host) {
    if (is_control(c) || c == ' ' || c == '%' || c == '"') return std::nullopt;
  }
  if (text.empty()) return out;
  const auto port = parse_unsigned(text.substr(1), 65535);
  if (text[0] != ':' || !port || *port < least_port) return std::nullopt;
  out.port = static_cast<std::uint16_t>(*port);
  return out;
}

std::string url_host(std::string_view host) {
  const bool bare = host.find(':') == std::string_view::npos || host.starts_with('[');
  return bare ? std::string(host) : '[' + std::string(host) + ']';
}

}  // namespace hagaki::net
