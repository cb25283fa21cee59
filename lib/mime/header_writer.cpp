#include "mime/header_writer.h"

#include <fmt/core.h>

#include "base/ascii.h"
#include "base/byte_set.h"
#include "base/octets.h"
#include "base/text.h"
#include "mime/encoded_words.h"

namespace hagaki::mime {
namespace {

constexpr std::size_t kLine = 78;         // RFC 5322 §2.1.1
constexpr std::size_t kEncodedLine = 76;  // RFC 2047 §2
constexpr std::size_t kHardLine = 998;
constexpr std::size_t kMostBlanks = 12;  // kept between two words

/// RFC 5322 §3.2.3
constexpr ByteSet kAtext(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+-/=?^_`{|}~");

/// Writes a header's value onto its line and knows the column.
class Folder {
 public:
  Folder(std::string& out, std::string_view name) : out_(out) {
    out_ += name;
    out_ += ": ";
    column_ = name.size() + 2;
  }

  /// Whether put() would not fold.
  [[nodiscard]] bool fits(std::string_view blank, std::string_view word) const {
    return column_ + blank.size() + word.size() <= (encoded_ ? kEncodedLine : kLine);
  }

  /// Writes `blank` (one or more blanks, or nothing at the start) and `word`, folding before the
  /// blank where the line would get too long.
  void put(std::string_view blank, std::string_view word) {
    if (!blank.empty() && !fits(blank, word)) fold();
    out_ += blank;
    out_ += word;
    column_ += blank.size() + word.size();
  }

  /// Writes `text` as encoded words; `blank` stands before the first.
  void put_encoded(std::string_view blank, std::string_view text, Charset charset) {
    EncodedWords words(text, charset);
    while (words.more()) {
      const std::size_t used = column_ + blank.size();
      const std::size_t room = used < kEncodedLine ? kEncodedLine - used : 0;
      // The first word of a header stays on its line: readers take a fold there for a blank.
      std::string_view word = words.next(room, blank.empty());
      if (word.empty()) {
        fold();
        word = words.next(kEncodedLine - blank.size(), true);
      }
      out_ += blank;
      out_ += word;
      column_ += blank.size() + word.size();
      encoded_ = true;
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
  words.reserve(8);
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

/// Text that goes onto a line as it is.
bool is_plain(std::string_view text) {
  return is_ascii(text) && text.find("=?") == std::string_view::npos &&
         text.find("  ") == std::string_view::npos && text.find('\t') == std::string_view::npos;
}

bool has_control(std::string_view value) {
  return any_octet(
      value, [](std::uint64_t word) { return any_below(word, 32) | any_is(word, 127); },
      [](unsigned char c) { return (c < 32 && c != '\t') || c == 127; });
}

Result<void> check_value(std::string_view name, std::string_view value) {
  for (const char ch : has_control(value) ? value : std::string_view()) {
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
    if (!kAtext.has(c) && c != ' ') atoms = false;
  }
  // Some readers decode "=?" inside a quoted string as well.
  if (text.find("=?") != std::string_view::npos || text.size() > kLine - 6) {
    return PhraseForm::Encoded;
  }
  return atoms && text.find("  ") == std::string_view::npos ? PhraseForm::Atoms
                                                            : PhraseForm::Quoted;
}

void put_mailbox(Folder& folder, std::string_view blank, const Mailbox& mailbox,
                 std::string_view after, Charset charset) {
  const std::string_view name = trim(mailbox.name);
  if (name.empty()) {
    folder.put(blank, mailbox.address + std::string(after));
    return;
  }
  switch (phrase_form(name)) {
    case PhraseForm::Atoms:
      if (folder.fits(blank, name)) {
        folder.put(blank, name);
        break;
      }
      for (const Word& word : split_words(name)) {
        folder.put(word.blank.empty() ? blank : word.blank, word.text);
      }
      break;
    case PhraseForm::Quoted:
      folder.put(blank, quoted_string(name));
      break;
    case PhraseForm::Encoded:
      folder.put_encoded(blank, name, charset);
      break;
  }
  std::string last;
  last.reserve(mailbox.address.size() + 2 + after.size());
  folder.put(" ", ((last += '<') += mailbox.address).append(">").append(after));
}

}  // namespace

Result<void> append_text_header(std::string& out, std::string_view name, std::string_view value,
                                Charset charset) {
  value = trim(value);
  if (auto checked = check_value(name, value); !checked) return checked;
  Folder folder(out, name);
  if (folder.fits("", value) && is_plain(value)) {
    folder.put("", value);
    folder.end();
    return {};
  }
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
    folder.put_encoded(words[i].blank, {begin, static_cast<std::size_t>(end - begin)}, charset);
    i = last + 1;
  }
  folder.end();
  return {};
}

Result<void> append_address_header(std::string& out, std::string_view name,
                                   const std::vector<Mailbox>& mailboxes, Charset charset) {
  for (const Mailbox& mailbox : mailboxes) {
    if (auto checked = check_value(name, mailbox.name); !checked) return checked;
    if (auto checked = check_value(name, mailbox.address); !checked) return checked;
  }
  Folder folder(out, name);
  for (std::size_t i = 0; i < mailboxes.size(); ++i) {
    put_mailbox(folder, i == 0 ? "" : " ", mailboxes[i], i + 1 < mailboxes.size() ? "," : "",
                charset);
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

std::string quoted_string(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  out += '"';
  return out;
}

std::string header_local_part(std::string_view local) {
  if (local.starts_with('"')) return std::string(local);
  bool atom = !local.empty() && local.front() != '.' && local.back() != '.' &&
              local.find("..") == std::string_view::npos;
  for (const char c : local) {
    if (static_cast<unsigned char>(c) < 128 && !kAtext.has(c) && c != '.') atom = false;
  }
  return atom ? std::string(local) : quoted_string(local);
}

}  // namespace hagaki::mime
