#include "dsn/head.h"

#include <algorithm>

#include "base/ascii.h"
#include "base/text.h"
#include "dsn/diagnostic.h"

namespace hagaki::dsn {
namespace {

bool is_domain_char(char c) {
  return is_alnum(c) || c == '.' || c == '-' || c == '_' || (c & 0x80) != 0;
}

/// `line` without marks of lists and without a label; one that tells what happened goes to
/// `telling`.
std::string_view without_label(std::string_view line, const Phrases& phrases,
                               std::string_view& telling) {
  while (!line.empty() && std::string_view("*-|").find(line.front()) != std::string_view::npos) {
    line = trim(line.substr(1));
  }
  if (line.starts_with(">>>")) line = trim(line.substr(3));
  for (const std::string_view mark : {"->", "•", "・", "◆", "■"}) {
    if (line.starts_with(mark)) line = trim(line.substr(mark.size()));
  }
  if (const auto length = phrases.labels.match(line); length != Prefixes::npos) {
    return trim(line.substr(length));
  }
  if (const auto length = phrases.telling_labels.match(line); length != Prefixes::npos) {
    telling = line.substr(0, length);
    return trim(line.substr(length));
  }
  return line;
}

/// True where Japanese words run into the address that `line` begins with.
bool is_in_sentence(std::string_view line) {
  if (!is_cjk(line.front())) return false;
  const auto local = line.substr(0, line.find('@'));
  return std::any_of(local.begin(), local.end(), [](char c) { return (c & 0x80) == 0; });
}

}  // namespace

bool is_cjk(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte >= 0xE3 && byte <= 0xE9) || byte == 0xEF;
}

bool is_local_char(char c) {
  constexpr std::string_view kSpecials = ".!#$%&'*+/=?^_`{|}~-";
  return is_alnum(c) || (c & 0x80) != 0 || kSpecials.find(c) != std::string_view::npos;
}

std::size_t address_length(std::string_view s) {
  std::size_t i = 0;
  if (s.starts_with('"')) {
    for (i = 1; i < s.size() && s[i] != '"'; ++i) {
      if (s[i] == '\\') ++i;
    }
    ++i;
  } else {
    while (i < s.size() && is_local_char(s[i])) ++i;
  }
  if (i == 0 || i >= s.size() || s[i] != '@') return 0;
  const std::size_t domain = ++i;
  bool latin = false;  // the label at hand has Latin letters
  for (; i < s.size() && is_domain_char(s[i]); ++i) {
    // Japanese text goes on behind an address without a blank.
    if (latin && is_cjk(s[i])) break;
    latin = s[i] != '.' && (latin || (s[i] & 0x80) == 0);
  }
  while (i > domain && (s[i - 1] == '.' || s[i - 1] == '-')) --i;
  return i > domain ? i : 0;
}

std::string_view without_codes(std::string_view line) {
  if (line.size() > 4 && (line[0] == '4' || line[0] == '5') && is_digit(line[1]) &&
      is_digit(line[2]) && (line[3] == ' ' || line[3] == '-')) {
    line = trim(line.substr(4));
    line.remove_prefix(leading_status(line).size());
    line = trim(line);
  }
  return line;
}

std::optional<Head> head_of(std::string_view line, const Phrases& phrases) {
  std::string_view telling;
  line = without_label(without_codes(trim(line)), phrases, telling);
  if (ascii_istarts_with(line, "rfc822;")) line = trim(line.substr(7));
  char closing = 0;
  if (!line.empty()) {
    if (line.front() == '<') closing = '>';
    if (line.front() == '(') closing = ')';
    if (line.front() == '[') closing = ']';
    if (line.front() == '\'') closing = '\'';
    if (line.front() == '"' && line.substr(1).find('"') > line.find('@')) closing = '"';
  }
  if (closing != 0) line = trim(line.substr(1));
  if (ascii_istarts_with(line, "mailto:")) line.remove_prefix(7);
  const auto length = address_length(line);
  if (length == 0 || is_in_sentence(line)) return std::nullopt;
  Head head{std::string(line.substr(0, length)), line.substr(length), telling};
  if (closing != 0) {
    if (!head.rest.starts_with(closing)) return std::nullopt;
    head.rest.remove_prefix(1);
  }
  if (head.rest.starts_with('>')) head.rest.remove_prefix(1);
  // "user@example.jp <user@example.jp>": a name that is the address.
  const std::string again = '<' + head.address + '>';
  if (const auto next = trim(head.rest); ascii_istarts_with(next, again)) {
    head.rest = next.substr(again.size());
  }
  // "user@example.jp<mailto:user@example.jp>" as some mailers write links.
  if (head.rest.starts_with("<mailto:")) {
    const auto end = head.rest.find('>');
    head.rest.remove_prefix(end == std::string_view::npos ? head.rest.size() : end + 1);
  }
  return head;
}

std::string origin_of(std::string_view line) {
  if (ascii_ifind(line, "ed from") == std::string_view::npos) return {};
  for (const std::string_view mark : {"expanded from", "generated from", "forwarded from"}) {
    const auto at = ascii_ifind(line, mark);
    if (at == std::string_view::npos) continue;
    auto rest = line.substr(at + mark.size());
    rest.remove_prefix(std::min(rest.find_first_not_of(" :<\"'"), rest.size()));
    return std::string(rest.substr(0, address_length(rest)));
  }
  return {};
}

}  // namespace hagaki::dsn
