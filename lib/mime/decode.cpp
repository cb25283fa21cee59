#include "mime/decode.h"

#include <array>
#include <cstdint>

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

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
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
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const char c = text[i];
    if (c != '=' && c != ' ' && c != '\t') {
      std::size_t end = i + 1;
      while (end < text.size() && text[end] != '=' && text[end] != ' ' && text[end] != '\t') ++end;
      out.append(text.substr(i, end - i));
      i = end;
      continue;
    }
    if (c == '=' && i + 2 < text.size() && hex_value(text[i + 1]) >= 0 &&
        hex_value(text[i + 2]) >= 0) {
      out.push_back(static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2])));
      i += 3;
      continue;
    }
    if (c == '=') {  // a soft line end, with blanks that some relay added
      auto end = text.find_first_not_of(" \t", i + 1);
      if (end == std::string_view::npos) return out;
      if (text[end] == '\r' || text[end] == '\n') {
        end += text[end] == '\r' && end + 1 < text.size() && text[end + 1] == '\n' ? 2 : 1;
        i = end;
        continue;
      }
    }
    if (c == ' ' || c == '\t') {
      const auto end = text.find_first_not_of(" \t", i);
      if (end != std::string_view::npos && text[end] != '\r' && text[end] != '\n') {
        out.append(text.substr(i, end - i));
      }
      i = end == std::string_view::npos ? text.size() : end;
      continue;
    }
    out.push_back(c);
    ++i;
  }
  return out;
}

}  // namespace hagaki::mime
