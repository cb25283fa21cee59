#include "mime/header_writer.h"

#include <fmt/core.h>

#include <cstdint>

#include "base/ascii.h"
#include "base/text.h"
#include "mime/transfer_encoding.h"

namespace hagaki::mime {
namespace {

constexpr std::size_t kLine = 78;         // RFC 5322 §2.1.1
constexpr std::size_t kEncodedLine = 76;  // RFC 2047 §2
constexpr std::size_t kEncodedWord = 75;
constexpr std::size_t kHardLine = 998;
constexpr std::size_t kMostBlanks = 12;  // kept between two words
constexpr std::string_view kOpenB = "=?UTF-8?B?";
constexpr std::string_view kOpenQ = "=?UTF-8?Q?";
constexpr std::string_view kClose = "?=";
constexpr char kHex[] = "0123456789ABCDEF";

bool is_atext(char c) {
  return is_alnum(c) || std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos;
}

/// Literal in the Q encoding of a phrase, the narrowest of its places (RFC 2047 §5 (3)).
bool is_q_literal(char c) {
  return is_alnum(c) || c == '!' || c == '*' || c == '+' || c == '-' || c == '/';
}

struct Character {
  char32_t code;
  std::size_t size;
};

/// The character at the start of `s`, which is well-formed UTF-8 and not empty.
Character character(std::string_view s) {
  const auto lead = static_cast<unsigned char>(s[0]);
  const std::size_t size = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  char32_t code = size == 1 ? lead : lead & (0xFFu >> (size + 1));
  for (std::size_t i = 1; i < size; ++i) {
    code = code << 6 | (static_cast<unsigned char>(s[i]) & 0x3Fu);
  }
  return {code, size};
}

/// True for characters that belong to the one before them: combining marks, voiced sound marks,
/// variation selectors (emoji, and the kanji variants of family names), skin tones, joiners.
bool extends_previous(char32_t c) {
  return (c >= 0x0300 && c <= 0x036F) || (c >= 0x20D0 && c <= 0x20FF) || c == 0x200D ||
         (c >= 0x3099 && c <= 0x309A) || (c >= 0xFE00 && c <= 0xFE0F) ||
         (c >= 0x1F3FB && c <= 0x1F3FF) || (c >= 0xE0020 && c <= 0xE007F) ||
         (c >= 0xE0100 && c <= 0xE01EF);
}

/// Octets at the start of `s` that must stay in one encoded word. Bounded, so that a pile of
/// combining marks cannot outgrow it.
std::size_t cluster_size(std::string_view s) {
  constexpr std::size_t kMost = 28;
  Character first = character(s);
  std::size_t size = first.size;
  bool joined = false;
  while (size < s.size()) {
    const Character next = character(s.substr(size));
    if (!joined && !extends_previous(next.code)) break;
    if (size + next.size > kMost) break;
    joined = next.code == 0x200D;
    size += next.size;
  }
  return size;
}

std::size_t q_size(std::string_view s) {
  std::size_t size = 0;
  for (const char c : s) size += is_q_literal(c) || c == ' ' ? 1 : 3;
  return size;
}

std::size_t b_size(std::size_t octets) {
  return (octets + 2) / 3 * 4;
}

void append_q(std::string& out, std::string_view s) {
  for (const char ch : s) {
    const auto c = static_cast<unsigned char>(ch);
    if (c == ' ') {
      out += '_';
    } else if (is_q_literal(ch)) {
      out += ch;
    } else {
      out += '=';
      out += kHex[c >> 4];
      out += kHex[c & 15];
    }
  }
}

/// What goes into one encoded word.
struct Chunk {
  std::size_t size;  ///< octets of the text; 0 when nothing fits
  bool q;
};

/// The start of `text` that one encoded word of at most `room` columns holds; where no fold would
/// gain any room (`fresh`) that is never nothing. Some readers (GMime 3.2 among them) join
/// neighbouring base64 words before they decode them and stop at the padding, so only the last one
/// gets any: where no cut leaves a multiple of three octets, the octets in the way go into a word
/// of their own, in Q.
Chunk next_chunk(std::string_view text, bool q, std::size_t room, bool fresh) {
  room = std::min(room, kEncodedWord);
  const std::size_t overhead = kOpenB.size() + kClose.size();
  room -= std::min(room, overhead);
  std::size_t taken = 0;
  std::size_t aligned = 0;           // the last cut at a multiple of three
  std::size_t first[3] = {0, 0, 0};  // the first cut of each remainder
  while (taken < text.size()) {
    const std::size_t cut = taken + cluster_size(text.substr(taken));
    if ((q ? q_size(text.substr(0, cut)) : b_size(cut)) > room) break;
    taken = cut;
    if (taken % 3 == 0) aligned = taken;
    if (first[taken % 3] == 0) first[taken % 3] = taken;
  }
  if (taken == 0) return fresh ? Chunk{cluster_size(text), false} : Chunk{0, q};
  if (q || taken == text.size()) return {taken, q};
  if (aligned > 0) return {aligned, false};
  const std::size_t head = first[taken % 3];
  const std::size_t size = q_size(text.substr(0, head));
  if (size <= room) return {head, true};
  return fresh ? Chunk{taken, false} : Chunk{0, false};
}

/// Writes a header's value onto its line and knows the column.
class Folder {
 public:
  Folder(std::string& out, std::string_view name) : out_(out) {
    out_ += name;
    out_ += ": ";
    column_ = name.size() + 2;
  }

  /// Writes `blank` (one or more blanks, or nothing at the start) and `word`, folding before the
  /// blank where the line would get too long.
  void put(std::string_view blank, std::string_view word) {
    const std::size_t most = encoded_ ? kEncodedLine : kLine;
    if (!blank.empty() && column_ + blank.size() + word.size() > most) fold();
    out_ += blank;
    out_ += word;
    column_ += blank.size() + word.size();
  }

  /// Writes `text` as encoded words; `blank` stands before the first.
  void put_encoded(std::string_view blank, std::string_view text) {
    const bool q = q_size(text) <= b_size(text.size());
    while (!text.empty()) {
      const std::size_t used = column_ + blank.size();
      // The first word of a header stays on its line: readers take a fold there for a blank.
      Chunk chunk =
          next_chunk(text, q, used < kEncodedLine ? kEncodedLine - used : 0, blank.empty());
      if (chunk.size == 0) {
        fold();
        chunk = next_chunk(text, q, kEncodedLine - blank.size(), true);
      }
      const std::size_t start = out_.size();
      out_ += blank;
      out_ += chunk.q ? kOpenQ : kOpenB;
      if (chunk.q) {
        append_q(out_, text.substr(0, chunk.size));
      } else {
        append_base64(out_, text.substr(0, chunk.size), 0);
      }
      out_ += kClose;
      column_ += out_.size() - start;
      encoded_ = true;
      text.remove_prefix(chunk.size);
      blank = " ";
    }
  }

  void end() { out_ += "\r\n"; }

 private:
  void fold() {
    out_ += "\r\n";
    column_ = 0;
    encoded_ = false;
  }

  std::string& out_;
  std::size_t column_;
  bool encoded_ = false;  // the line holds an encoded word
};

/// A run of non-blanks and the blanks before it.
struct Word {
  std::string_view blank;
  std::string_view text;
};

std::vector<Word> split_words(std::string_view value) {
  std::vector<Word> words;
  std::size_t at = 0;
  while (at < value.size()) {
    const std::size_t blank = at;
    while (at < value.size() && is_blank(value[at])) ++at;
    const std::size_t text = at;
    while (at < value.size() && !is_blank(value[at])) ++at;
    // A line must hold them; nobody sees so many.
    const std::size_t blanks = text - blank <= kMostBlanks ? text - blank : 1;
    words.push_back({value.substr(blank, blanks), value.substr(text, at - text)});
  }
  return words;
}

/// Free text must be encoded where it is not ASCII, where it would read as an encoded word, and
/// where no line could hold it.
bool needs_encoding(const Word& word) {
  return !is_ascii(word.text) || word.text.find("=?") != std::string_view::npos ||
         word.text.size() + word.blank.size() + 80 > kHardLine;
}

Result<void> check_value(std::string_view name, std::string_view value) {
  for (const char ch : value) {
    const auto c = static_cast<unsigned char>(ch);
    if (c == '\r' || c == '\n') {
      return fail(ErrorCode::Syntax, fmt::format("header {} would hold a line break", name));
    }
    if ((c < 32 && c != '\t') || c == 127) {
      return fail(ErrorCode::Syntax, fmt::format("header {} would hold a control character", name));
    }
  }
  if (!is_utf8(value)) {
    return fail(ErrorCode::Syntax, fmt::format("header {} would not be UTF-8", name));
  }
  return {};
}

enum class PhraseForm { Atoms, Quoted, Encoded };

PhraseForm phrase_form(std::string_view text) {
  bool atoms = true;
  if (!is_ascii(text)) return PhraseForm::Encoded;
  for (const char c : text) {
    if (!is_atext(c) && c != ' ') atoms = false;
  }
  // Some readers decode "=?" inside a quoted string as well.
  if (text.find("=?") != std::string_view::npos || text.size() > kLine - 6) {
    return PhraseForm::Encoded;
  }
  return atoms && text.find("  ") == std::string_view::npos ? PhraseForm::Atoms
                                                            : PhraseForm::Quoted;
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  out += '"';
  return out;
}

void put_mailbox(Folder& folder, std::string_view blank, const Mailbox& mailbox,
                 std::string_view after) {
  const std::string_view name = trim(mailbox.name);
  if (name.empty()) {
    folder.put(blank, mailbox.address + std::string(after));
    return;
  }
  switch (phrase_form(name)) {
    case PhraseForm::Atoms:
      for (const Word& word : split_words(name)) {
        folder.put(word.blank.empty() ? blank : word.blank, word.text);
      }
      break;
    case PhraseForm::Quoted:
      folder.put(blank, quoted(name));
      break;
    case PhraseForm::Encoded:
      folder.put_encoded(blank, name);
      break;
  }
  std::string last;
  last.reserve(mailbox.address.size() + 2 + after.size());
  folder.put(" ", ((last += '<') += mailbox.address).append(">").append(after));
}

}  // namespace

Result<void> append_text_header(std::string& out, std::string_view name, std::string_view value) {
  value = trim(value);
  if (auto checked = check_value(name, value); !checked) return checked;
  Folder folder(out, name);
  const std::vector<Word> words = split_words(value);
  for (std::size_t i = 0; i < words.size();) {
    if (!needs_encoding(words[i])) {
      folder.put(words[i].blank, words[i].text);
      ++i;
      continue;
    }
    // Blanks between encoded words vanish for the reader, so words that need encoding go together
    // with the blanks between them.
    std::size_t last = i;
    while (last + 1 < words.size() && needs_encoding(words[last + 1])) ++last;
    const char* begin = words[i].text.data();
    const char* end = words[last].text.data() + words[last].text.size();
    folder.put_encoded(words[i].blank, {begin, static_cast<std::size_t>(end - begin)});
    i = last + 1;
  }
  folder.end();
  return {};
}

Result<void> append_address_header(std::string& out, std::string_view name,
                                   const std::vector<Mailbox>& mailboxes) {
  for (const Mailbox& mailbox : mailboxes) {
    if (auto checked = check_value(name, mailbox.name); !checked) return checked;
    if (auto checked = check_value(name, mailbox.address); !checked) return checked;
  }
  Folder folder(out, name);
  for (std::size_t i = 0; i < mailboxes.size(); ++i) {
    put_mailbox(folder, i == 0 ? "" : " ", mailboxes[i], i + 1 < mailboxes.size() ? "," : "");
  }
  folder.end();
  return {};
}

Result<void> append_structured_header(std::string& out, std::string_view name,
                                      std::string_view value) {
  value = trim(value);
  if (auto checked = check_value(name, value); !checked) return checked;
  if (!is_ascii(value)) {
    return fail(ErrorCode::Syntax,
                fmt::format("header {} may hold only ASCII; write URLs percent-encoded", name));
  }
  const std::vector<Word> words = split_words(value);
  for (const Word& word : words) {
    if (word.blank.size() + word.text.size() + name.size() + 2 > kHardLine) {
      return fail(ErrorCode::Limit,
                  fmt::format("header {} holds {} octets without a blank", name, word.text.size()));
    }
  }
  Folder folder(out, name);
  for (const Word& word : words) folder.put(word.blank, word.text);
  folder.end();
  return {};
}

std::string header_local_part(std::string_view local) {
  if (local.starts_with('"')) return std::string(local);
  bool atom = !local.empty() && local.front() != '.' && local.back() != '.' &&
              local.find("..") == std::string_view::npos;
  for (const char c : local) {
    if (static_cast<unsigned char>(c) < 128 && !is_atext(c) && c != '.') atom = false;
  }
  return atom ? std::string(local) : quoted(local);
}

}  // namespace hagaki::mime
