#include "mime/words.h"

#include <optional>

#include "base/ascii.h"
#include "base/text.h"
#include "mime/charset.h"
#include "mime/decode.h"

namespace hagaki::mime {
namespace {

/// RFC 2047 allows 75 bytes; what writes whole subjects into one word is still far below this.
constexpr std::size_t kMaxWord = 2048;

struct Word {
  std::string_view charset;
  char encoding;  // 'q' or 'b'
  std::string_view text;
  std::size_t size;  // of the whole word
};

/// The encoded word that begins at `at`: =?charset?q?text?=. `close` is where a "?=" was found
/// last, so that no stretch of `value` is searched twice for one.
std::optional<Word> word_at(std::string_view value, std::size_t at, std::size_t& close) {
  const auto s = value.substr(at, kMaxWord);
  if (!s.starts_with("=?")) return std::nullopt;
  const auto charset_end = s.find('?', 2);
  if (charset_end == std::string_view::npos || charset_end + 2 >= s.size()) return std::nullopt;
  const char encoding = static_cast<char>(s[charset_end + 1] | 0x20);
  if ((encoding != 'q' && encoding != 'b') || s[charset_end + 2] != '?') return std::nullopt;
  const auto text_at = charset_end + 3;
  if (close < at + text_at) close = value.find("?=", at + text_at);
  if (close == std::string_view::npos || close - at + 2 > s.size()) return std::nullopt;
  const auto end = close - at;
  const auto text = s.substr(text_at, end - text_at);
  // Blanks in the text are against the standard; some senders of Q write them all the same.
  if (text.find_first_of("\r\n") != std::string_view::npos) return std::nullopt;
  return Word{s.substr(2, charset_end - 2), encoding, text, end + 2};
}

std::string word_bytes(const Word& word) {
  if (word.encoding == 'b') return decode_base64(word.text);
  std::string text(word.text);
  for (char& c : text) {
    if (c == '_') c = ' ';
  }
  return decode_quoted_printable(text);
}

}  // namespace

std::string decode_words(std::string_view value) {
  if (value.find("=?") == std::string_view::npos) {
    std::string text = squeeze(value);
    return is_utf8(text) ? text : to_valid_utf8(text);
  }
  std::string out;
  std::string bytes;  // of adjacent words in one charset: a character may span two of them
  std::string_view charset;
  const auto flush = [&] {
    if (!bytes.empty()) out += to_utf8_lossy(bytes, charset);
    bytes.clear();
  };
  bool after_word = false;
  std::size_t close = 0;
  for (std::size_t at = 0; at < value.size();) {
    const std::size_t before = at;
    at = value.find_first_not_of(" \t\r\n", at);
    if (at == std::string_view::npos) break;
    const bool blanks = at > before;
    const auto word = word_at(value, at, close);
    if (word) {
      if (!after_word) {
        if (blanks) out.push_back(' ');
      }
      if (!after_word || !ascii_iequals(charset, word->charset)) flush();
      charset = word->charset;
      bytes += word_bytes(*word);
      at += word->size;
      after_word = true;
      continue;
    }
    flush();
    if (blanks) out.push_back(' ');
    after_word = false;
    std::size_t stop = at + 1;
    while (stop < value.size() && !is_white(value[stop]) && !value.substr(stop).starts_with("=?")) {
      ++stop;
    }
    out += to_valid_utf8(value.substr(at, stop - at));
    at = stop;
  }
  flush();
  return squeeze(out);
}

}  // namespace hagaki::mime
