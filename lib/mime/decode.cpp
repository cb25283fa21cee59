#include "mime/decode.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/ascii.h"
#include "base/byte_set.h"

namespace hagaki::mime {
namespace {

constexpr std::array<std::int8_t, 256> make_base64_table() {
  std::array<std::int8_t, 256> table{};
  for (auto& value : table) value = -1;
  constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (std::size_t i = 0; i < kAlphabet.size(); ++i) {
    table[static_cast<unsigned char>(kAlphabet[i])] = static_cast<std::int8_t>(i);
  }
  return table;
}

constexpr auto kBase64 = make_base64_table();

/// Appends what a line of quoted-printable stands for; true where it goes on in the next one.
bool append_decoded(std::string_view line, std::string& out) {
  for (;;) {
    const auto at = std::min(line.find('='), line.size());
    out.append(line.substr(0, at));
    line.remove_prefix(at);
    if (line.empty()) return false;
    if (line.size() == 1) return true;
    if (line.size() > 2 && hex_value(line[1]) >= 0 && hex_value(line[2]) >= 0) {
      out.push_back(static_cast<char>(hex_value(line[1]) * 16 + hex_value(line[2])));
      line.remove_prefix(3);
    } else {
      out.push_back('=');
      line.remove_prefix(1);
    }
  }
}

}  // namespace

std::string decode_base64(std::string_view text) {
  std::string out(text.size() / 4 * 3 + 3, '\0');
  char* to = out.data();
  std::uint32_t buffer = 0;
  unsigned bits = 0;
  for (const char c : text) {
    if (c == '=') {
      bits = 0;
      buffer = 0;
      continue;
    }
    const int value = kBase64[static_cast<unsigned char>(c)];
    if (value < 0) continue;
    buffer = (buffer << 6) | static_cast<std::uint32_t>(value);
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      *to++ = static_cast<char>((buffer >> bits) & 0xff);
    }
  }
  out.resize(static_cast<std::size_t>(to - out.data()));
  return out;
}

std::string decode_quoted_printable(std::string_view text) {
  static constexpr ByteSet kLineEnds("\r\n");
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const auto end = kLineEnds.find_in(text);
    auto line = text.substr(0, end);
    text.remove_prefix(end);
    while (line.ends_with(' ') || line.ends_with('\t')) line.remove_suffix(1);
    const bool soft = append_decoded(line, out);
    const std::size_t line_end =
        text.starts_with("\r\n") ? 2 : std::min<std::size_t>(text.size(), 1);
    if (!soft) out.append(text.substr(0, line_end));
    text.remove_prefix(line_end);
  }
  return out;
}

}  // namespace hagaki::mime
