#include "mime/encoded_words.h"

#include <algorithm>

#include "base/ascii.h"
#include "base/utf8.h"
#include "mime/iso2022jp.h"
#include "mime/transfer_encoding.h"

namespace hagaki::mime {
namespace {

constexpr std::size_t kEncodedWord = 75;
constexpr std::string_view kOpenB = "=?UTF-8?B?";
constexpr std::string_view kOpenQ = "=?UTF-8?Q?";
constexpr std::string_view kOpenJis = "=?ISO-2022-JP?B?";
constexpr std::string_view kClose = "?=";
constexpr char kHex[] = "0123456789ABCDEF";

/// Literal in the Q encoding of a phrase, the narrowest of its places (RFC 2047 §5 (3)).
bool is_q_literal(char c) {
  return is_alnum(c) || c == '!' || c == '*' || c == '+' || c == '-' || c == '/';
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
  std::size_t size = 0;
  next_character(s, size);
  bool joined = false;
  for (std::size_t ahead = size; ahead < s.size(); size = ahead) {
    const char32_t next = next_character(s, ahead);
    if ((!joined && !extends_previous(next)) || ahead > kMost) break;
    joined = next == 0x200D;
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

}  // namespace

EncodedWords::EncodedWords(std::string_view text, Charset charset) : rest_(text) {
  if (charset == Charset::Iso2022Jp) {
    if (auto fitted = fit_iso2022jp(text)) {
      fitted_ = std::move(*fitted);
      rest_ = fitted_;
      jis_ = true;
    }
  }
  q_ = !jis_ && q_size(rest_) <= b_size(rest_.size());
}

/// Octets of `text` in the charset of the words.
std::size_t EncodedWords::octets(std::string_view text) const {
  return jis_ ? to_iso2022jp(text).size() : text.size();
}

/// Some readers (GMime 3.2 among them) join neighbouring base64 words before they decode them and
/// stop at the padding, so only the last one gets any: where no cut leaves a multiple of three
/// octets, the octets in the way go into a word of their own, in Q.
EncodedWords::Chunk EncodedWords::next_chunk(std::size_t room, bool fresh) const {
  room = std::min(room, kEncodedWord);
  const std::size_t overhead = (jis_ ? kOpenJis : kOpenB).size() + kClose.size();
  room -= std::min(room, overhead);
  std::size_t taken = 0;
  std::size_t aligned = 0;           // the last cut at a multiple of three
  std::size_t first[3] = {0, 0, 0};  // the first cut of each remainder
  while (taken < rest_.size()) {
    const std::size_t cut = taken + cluster_size(rest_.substr(taken));
    const std::string_view head = rest_.substr(0, cut);
    const std::size_t size = octets(head);
    if ((q_ ? q_size(head) : b_size(size)) > room) break;
    taken = cut;
    if (size % 3 == 0) aligned = taken;
    if (first[size % 3] == 0) first[size % 3] = taken;
  }
  if (taken > 0 && (q_ || taken == rest_.size())) return {taken, q_};
  if (aligned > 0) return {aligned, false};
  if (taken > 0 && !jis_) {
    const std::size_t head = first[taken % 3];
    if (q_size(rest_.substr(0, head)) <= room) return {head, true};
  }
  if (!fresh) return {0, q_};
  return jis_ ? Chunk{std::max(taken, cluster_size(rest_)), false} : torn_cluster(room);
}

/// Where the characters that a reader sees as one fit into no word, or only with padding: a part of
/// them, of whole characters (RFC 2047 §5).
EncodedWords::Chunk EncodedWords::torn_cluster(std::size_t room) const {
  std::size_t aligned = 0;
  for (std::size_t cut = 0; cut < rest_.size();) {
    next_character(rest_, cut);
    if (b_size(cut) > room) break;
    if (cut % 3 == 0) aligned = cut;
  }
  if (aligned > 0) return {aligned, false};
  std::size_t first = 0;
  next_character(rest_, first);
  return {first, true};
}

std::string_view EncodedWords::next(std::size_t room, bool fresh) {
  word_.clear();
  const Chunk chunk = next_chunk(room, fresh);
  if (chunk.size == 0) return {};
  const std::string_view text = rest_.substr(0, chunk.size);
  rest_.remove_prefix(chunk.size);
  word_ += jis_ ? kOpenJis : chunk.q ? kOpenQ : kOpenB;
  if (chunk.q) {
    append_q(word_, text);
  } else {
    append_base64(word_, jis_ ? to_iso2022jp(text) : text, 0);
  }
  word_ += kClose;
  return word_;
}

}  // namespace hagaki::mime
