#include "mime/words.h"

#include <optional>

#include "base/text.h"
#include "mime/charset.h"
#include "mime/decode.h"

namespace hagaki::mime {
namespace {

struct Word {
  std::string_view charset;
  char encoding;  // 'q' or 'b'
  std::string_view text;
  std::size_t size;  // of the whole word
};

/// The encoded word that `s` begins with: =?charset?q?text?=
std::optional<Word> word_at(std::string_view s) {
  if (!s.starts_with("=?")) return std::nullopt;
  const auto charset_end = s.find('?', 2);
  if (charset_end == std::string_view::npos || charset_end + 2 >= s.size()) return std::nullopt;
  const char encoding = static_cast<char>(s[charset_end + 1] | 0x20);
  if ((encoding != 'q' && encoding != 'b') || s[charset_end + 2] != '?') return std::nullopt;
  const auto text_at = charset_end + 3;
  const auto end = s.find("?=", text_at);
  if (end == std::string_view::npos) return std::nullopt;
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
  if (value.find("=?") == std::string_view::npos) return to_valid_utf8(squeeze(value));
  std::string out;
  std::string bytes;  // of adjacent words in one charset: a character may span two of them
  std::string_view charset;
  const auto flush = [&] {
    if (!bytes.empty()) out += to_utf8_lossy(bytes, charset);
    bytes.clear();
  };
  bool after_word = false;
  while (!value.empty()) {
    std::size_t blanks = value.find_first_not_of(" \t\r\n");
    if (blanks == std::string_view::npos) break;
    const auto word = word_at(value.substr(blanks));
    if (word) {
      if (!after_word) {
        if (blanks > 0) out.push_back(' ');
      }
      if (!after_word || !ascii_iequals(charset, word->charset)) flush();
      charset = word->charset;
      bytes += word_bytes(*word);
      value.remove_prefix(blanks + word->size);
      after_word = true;
      continue;
    }
    flush();
    if (blanks > 0) out.push_back(' ');
    after_word = false;
    value.remove_prefix(blanks);
    const auto next = value.find("=?", 1);
    const auto stop = std::min(value.find_first_of(" \t\r\n", 1), next);
    out += to_valid_utf8(value.substr(0, stop));
    value.remove_prefix(std::min(stop, value.size()));
  }
  flush();
  return squeeze(out);
}

}  // namespace hagaki::mime
