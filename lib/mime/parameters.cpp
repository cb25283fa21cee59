#include "mime/parameters.h"

#include <fmt/core.h>

#include <algorithm>
#include <vector>

#include "base/ascii.h"
#include "base/text.h"
#include "base/utf8.h"
#include "mime/header_writer.h"

namespace hagaki::mime {
namespace {

constexpr std::size_t kLine = 76;
constexpr std::string_view kFold = ";\r\n ";

/// What a token may hold beside letters and digits (RFC 2045 §5.1); "'" "*" "%" are left out, which
/// RFC 2231 §7 gives a meaning.
constexpr std::string_view kTokenMarks = "!#$&+-.^_`{|}~";

bool is_token_char(char c) {
  return is_alnum(c) || kTokenMarks.find(c) != std::string_view::npos;
}

bool is_token(std::string_view value) {
  return !value.empty() && std::all_of(value.begin(), value.end(), is_token_char);
}

/// The octets of `value` as extended values have them, one piece for each character.
std::vector<std::string> characters(std::string_view value) {
  std::vector<std::string> out;
  for (std::size_t pos = 0; pos < value.size();) {
    const std::size_t begin = pos;
    next_character(value, pos);
    append_percent_encoded(out.emplace_back(), value.substr(begin, pos - begin), kTokenMarks);
  }
  return out;
}

}  // namespace

void append_parameter(std::string& out, std::string_view name, std::string_view value) {
  // Readers trim what stands in quotes.
  if (is_ascii(value) && trim(value) == value) {
    const std::string text = is_token(value) ? std::string(value) : quoted_string(value);
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
