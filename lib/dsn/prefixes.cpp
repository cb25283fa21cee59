#include "dsn/prefixes.h"

#include <utility>

#include "base/ascii.h"

namespace hagaki::dsn {
namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
}

/// Bytes of `line` that `word` takes at its begin, or npos.
std::size_t match_one(std::string_view line, std::string_view word) {
  std::size_t at = 0;
  for (const char w : word) {
    if (at >= line.size()) return Prefixes::npos;
    if (w == ' ') {
      if (!is_blank(line[at])) return Prefixes::npos;
      while (at < line.size() && is_blank(line[at])) ++at;
    } else if (lower(line[at++]) != w) {
      return Prefixes::npos;
    }
  }
  return at;
}

unsigned char first_of(const std::string& word) {
  return static_cast<unsigned char>(word.front());
}

}  // namespace

Prefixes::Prefixes(std::vector<std::string> words) {
  std::erase_if(words, [](const auto& w) { return w.empty(); });
  for (const auto& word : words) ++begin_[first_of(word) + 1U];
  for (std::size_t i = 1; i < begin_.size(); ++i) begin_[i] += begin_[i - 1];
  auto next = begin_;  // where the next word of each first byte goes
  words_.resize(words.size());
  for (auto& word : words) words_[next[first_of(word)]++] = std::move(word);
}

std::size_t Prefixes::match(std::string_view line) const {
  if (line.empty()) return npos;
  const auto first = static_cast<unsigned char>(lower(line.front()));
  for (std::uint32_t i = begin_[first]; i < begin_[first + 1U]; ++i) {
    if (const auto length = match_one(line, words_[i]); length != npos) return length;
  }
  return npos;
}

}  // namespace hagaki::dsn
