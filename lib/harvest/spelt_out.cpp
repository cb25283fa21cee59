#include "harvest/spelt_out.h"

#include <algorithm>
#include <array>

#include "base/ascii.h"
#include "base/text.h"
#include "base/utf8.h"
#include "harvest/local_part.h"

namespace hagaki::harvest {
namespace {

constexpr std::array<std::string_view, 7> kOpen = {"[", "(", "{", "（", "［", "【", "｛"};
constexpr std::array<std::string_view, 7> kClose = {"]", ")", "}", "）", "］", "】", "｝"};
constexpr std::array<std::string_view, 7> kAt = {"at",     "@",      "＠",  "アットマーク",
                                                 "あっと", "アット", "ａｔ"};
constexpr std::array<std::string_view, 4> kDot = {"dot", "ドット", ".", "どっと"};
constexpr std::size_t kLongestLocal = 64;
constexpr std::size_t kMostLabels = 8;

/// Where blanks that begin at `at` end.
std::size_t behind_blanks(std::string_view text, std::size_t at) {
  const std::size_t most = std::min(text.size(), at + 2);
  while (at < most && (text[at] == ' ' || text[at] == '\t')) ++at;
  return at;
}

/// The length of one of `words` that `text` begins with.
template <std::size_t N>
std::size_t one_of(std::string_view text, const std::array<std::string_view, N>& words) {
  for (const auto word : words) {
    if (ascii_istarts_with(text, word)) return word.size();
  }
  return 0;
}

/// Where the bracketed word that begins at `at` ends; 0 where there is none.
template <std::size_t N>
std::size_t bracketed_end(std::string_view text, std::size_t at,
                          const std::array<std::string_view, N>& words) {
  for (std::size_t i = 0; i < kOpen.size(); ++i) {
    if (!text.substr(at).starts_with(kOpen[i])) continue;
    std::size_t end = behind_blanks(text, at + kOpen[i].size());
    const std::size_t word = one_of(text.substr(end), words);
    if (word == 0) return 0;
    end = behind_blanks(text, end + word);
    return text.substr(end).starts_with(kClose[i]) ? end + kClose[i].size() : 0;
  }
  return 0;
}

/// Where a dot, however it is written, ends; 0 where there is none at `at`.
std::size_t dot_end(std::string_view text, std::size_t at) {
  if (at < text.size() && text[at] == '.') return at + 1;
  const std::size_t word = behind_blanks(text, at);
  if (const auto end = bracketed_end(text, word, kDot)) return behind_blanks(text, end);
  if (word == at || !ascii_istarts_with(text.substr(word), "dot")) return 0;
  const std::size_t behind = behind_blanks(text, word + 3);
  return behind > word + 3 ? behind : 0;
}

}  // namespace

std::optional<SpeltOut> spelt_out_at(std::string_view text, std::size_t at, std::size_t least) {
  const std::size_t behind = bracketed_end(text, at, kAt);
  if (behind == 0) return std::nullopt;
  std::size_t end = at;
  while (end > least && at - end < 2 && text[end - 1] == ' ') --end;
  const std::size_t begin =
      local_begin(text, end, std::max(least, end > kLongestLocal ? end - kLongestLocal : 0));
  if (begin == end) return std::nullopt;
  SpeltOut out;
  out.text = std::string(text.substr(begin, end - begin)) + "@";
  std::size_t to = behind_blanks(text, behind);
  for (std::size_t label = 0; label < kMostLabels; ++label) {
    const std::size_t from = to;
    while (to < text.size() && (is_alnum(text[to]) || text[to] == '-')) ++to;
    if (to == from) break;
    out.text += text.substr(from, to - from);
    out.end = to;
    const std::size_t next = dot_end(text, to);
    if (next == 0) break;
    out.text += '.';
    to = next;
  }
  if (out.text.ends_with('.')) out.text.pop_back();
  return out;
}

std::string_view replaced_sign(std::string_view text) {
  // X を/は [半角(の)] @ に …
  for (const std::string_view at : {"@", "＠", "アットマーク"}) {
    for (auto p = text.find(at); p != std::string_view::npos; p = text.find(at, p + 1)) {
      auto behind = text.substr(p + at.size());
      for (const std::string_view close : {"」", "』", "\"", "(半角)", "（半角）", "マーク"}) {
        if (behind.starts_with(close)) behind.remove_prefix(close.size());
      }
      if (!behind.starts_with("に") && !behind.starts_with("へ")) continue;
      auto before = text.substr(0, p);
      for (const std::string_view open : {"「", "『", "\"", "半角の", "半角"}) {
        if (before.ends_with(open)) before.remove_suffix(open.size());
      }
      if (!before.ends_with("を") && !before.ends_with("は")) continue;
      before.remove_suffix(std::string_view("を").size());
      for (const std::string_view close : {"」", "』", "\"", "マーク", "印"}) {
        if (before.ends_with(close)) before.remove_suffix(close.size());
      }
      std::size_t begin = before.size();
      while (begin > 0 && (static_cast<unsigned char>(before[begin - 1]) & 0xC0U) == 0x80) --begin;
      if (begin == 0) continue;
      --begin;
      const auto sign = before.substr(begin);
      std::size_t pos = 0;
      const char32_t c = next_character(sign, pos);
      // A sign, and no letter: ★ ☆ ◎ ● ■ # * and their like.
      const bool is_sign = (c >= 0x2000 && c <= 0x2BFF) || c == '#' || c == '*' || c == '$' ||
                           c == '!' || c == '%' || c == '_' || c == 0xFF03 || c == 0xFF0A;
      if (is_sign) return sign;
    }
  }
  return {};
}

}  // namespace hagaki::harvest
