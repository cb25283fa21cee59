#include "reason/names.h"

#include <algorithm>
#include <array>

#include "base/ascii.h"

namespace hagaki::reason {
namespace {

bool is_name_char(char c) {
  return is_lower(c) || is_digit(c) || c == '.' || c == '-' || c == '_';
}

/// Two letters that end a sentence's first word more often than a host's name ("full.we").
bool is_short_word(std::string_view label) {
  constexpr std::array<std::string_view, 22> kWords = {
      "am", "an", "as", "at", "be", "by", "do", "go", "he", "if", "in",
      "is", "it", "me", "my", "no", "of", "on", "or", "so", "to", "we"};
  return std::find(kWords.begin(), kWords.end(), label) != kWords.end();
}

bool is_top_level(std::string_view label) {
  constexpr std::array<std::string_view, 18> kNames = {
      "com", "net",  "org",   "edu",  "gov",   "mil",   "int",  "info",    "biz",
      "lan", "name", "local", "arpa", "cloud", "email", "test", "example", "invalid"};
  if (label.size() == 2) return is_lower(label[0]) && is_lower(label[1]);
  return std::find(kNames.begin(), kNames.end(), label) != kNames.end();
}

/// True for "mx.example.jp", without dots at its ends.
bool is_host(std::string_view run) {
  const auto dot = run.rfind('.');
  if (dot == std::string_view::npos || dot == 0) return false;
  const auto last = run.substr(dot + 1);
  const bool one_dot = run.find('.') == dot;
  return is_top_level(last) && !(one_dot && is_short_word(last));
}

}  // namespace

void mark_names(std::string_view word, std::size_t offset, std::vector<Span>& out) {
  if (const auto scheme = word.find("://"); scheme != std::string_view::npos) {
    std::size_t begin = scheme;
    while (begin > 0 && is_lower(word[begin - 1])) --begin;
    out.push_back({offset + begin, offset + word.size()});
    return;
  }
  std::size_t at = 0;
  while (at < word.size()) {
    if (!is_name_char(word[at])) {
      ++at;
      continue;
    }
    std::size_t end = at;
    while (end < word.size() && is_name_char(word[end])) ++end;
    std::size_t begin = at;
    std::size_t stop = end;
    while (begin < stop && word[begin] == '.') ++begin;
    while (stop > begin && word[stop - 1] == '.') --stop;
    if (is_host(word.substr(begin, stop - begin))) {
      // A path behind it belongs to it: "www.example.jp/antispam".
      if (stop < word.size() && word[stop] == '/') stop = end = word.size();
      out.push_back({offset + begin, offset + stop});
    }
    at = end;
  }
}

}  // namespace hagaki::reason
