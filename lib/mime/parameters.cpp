#include "mime/parameters.h"

#include <fmt/core.h>

#include <vector>

#include "base/ascii.h"
#include "base/text.h"
#include "base/utf8.h"

namespace hagaki::mime {
namespace {

constexpr std::size_t kLine = 76;
constexpr std::string_view kFold = ";\r\n ";

/// RFC 2045 §5.1; "'" "*" "%" are left out, which RFC 2231 §7 gives a meaning.
bool is_token_char(char c) {
  return is_alnum(c) || std::string_view("!#$&+-.^_`{|}~").find(c) != std::string_view::npos;
}

bool is_token(std::string_view value) {
  if (value.empty()) return false;
  for (const char c : value) {
    if (!is_token_char(c)) return false;
  }
  return true;
}

std::string quoted(std::string_view value) {
  std::string out = "\"";
  for (const char c : value) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  out += '"';
  return out;
}

/// The octets of `value` as extended values have them, one piece for each character.
std::vector<std::string> characters(std::string_view value) {
  std::vector<std::string> out;
  for (std::size_t pos = 0; pos < value.size();) {
    const std::size_t begin = pos;
    next_character(value, pos);
    std::string& piece = out.emplace_back();
    for (const char c : value.substr(begin, pos - begin)) {
      if (is_token_char(c)) {
        piece += c;
      } else {
        piece += fmt::format("%{:02X}", static_cast<unsigned char>(c));
      }
    }
  }
  return out;
}

}  // namespace

void append_parameter(std::string& out, std::string_view name, std::string_view value) {
  // Readers trim what stands in quotes.
  if (is_ascii(value) && trim(value) == value) {
    const std::string text = is_token(value) ? std::string(value) : quoted(value);
    if (1 + name.size() + 1 + text.size() <= kLine) {
      out += fmt::format("{}{}={}", kFold, name, text);
      return;
    }
  }
  const std::vector<std::string> pieces = characters(value);
  std::string line = fmt::format("{}*=utf-8''", name);
  std::size_t size = line.size() + 1;
  for (const std::string& piece : pieces) size += piece.size();
  if (size <= kLine) {
    out += fmt::format("{}{}", kFold, line);
    for (const std::string& piece : pieces) out += piece;
    return;
  }
  std::size_t at = 0;
  for (int number = 0; at < pieces.size(); ++number) {
    line = fmt::format("{}*{}*={}", name, number, number == 0 ? "utf-8''" : "");
    const std::size_t first = at;
    while (at < pieces.size() && (at == first || line.size() + pieces[at].size() + 2 <= kLine)) {
      line += pieces[at++];
    }
    out += fmt::format("{}{}", kFold, line);
  }
}

}  // namespace hagaki::mime
