#include "mime/headers.h"

#include <cstring>

#include "base/ascii.h"
#include "base/byte_set.h"
#include "base/limits.h"
#include "base/octets.h"
#include "base/text.h"
#include "mime/words.h"

namespace hagaki::mime {
namespace {

constexpr std::size_t kDecodedField = 64u << 10;  // of an unstructured field, bytes

// Fields that room is made for at once.
constexpr std::size_t kFewFields = 8;
constexpr std::size_t kManyFields = 32;
constexpr std::size_t kShortPart = 1500;  // bytes

/// How many bytes of a field's name `line` begins with, a multiple of eight.
std::size_t name_length(std::string_view line) {
  std::size_t at = 0;
  for (std::uint64_t word = 0; at + sizeof word <= line.size(); at += sizeof word) {
    std::memcpy(&word, line.data() + at, sizeof word);
    if ((any_below(word, 33) | any_is(word, ':') | any_is(word, 127) | any_high(word)) != 0) break;
  }
  return at;
}

/// Where the colon of a field line is; npos when the line is no field (RFC 5322 §3.6.8).
std::size_t field_colon(std::string_view line) {
  for (std::size_t i = name_length(line); i < line.size(); ++i) {
    const char c = line[i];
    if (c == ':') return i == 0 ? std::string_view::npos : i;
    if (c == ' ' || c == '\t') {
      // Obsolete syntax: only blanks may stand between name and colon.
      const auto colon = line.find_first_not_of(" \t", i);
      return i > 0 && colon != std::string_view::npos && line[colon] == ':'
                 ? colon
                 : std::string_view::npos;
    }
    if (c < 33 || c > 126) return std::string_view::npos;
  }
  return std::string_view::npos;
}

bool is_from_line(std::string_view line) {
  return line.starts_with("From ") || line.starts_with(">From ");
}

/// Copies a comment-free, unfolded form of an address field; quoted strings stay quoted.
std::string without_comments(std::string_view s) {
  constexpr ByteSet kMarks("\\\"()\r\n");
  std::string out;
  out.reserve(s.size());
  int depth = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < s.size(); ++i) {
    const std::size_t mark = kMarks.find_in(s, i);
    if (depth == 0) out.append(s.substr(i, mark - i));
    i = mark;
    if (i == s.size()) break;
    const char c = s[i];
    if (c == '\\' && i + 1 < s.size() && (quoted || depth > 0)) {
      if (depth == 0) out.append(s.substr(i, 2));
      ++i;
    } else if (c == '"' && depth == 0) {
      quoted = !quoted;
      out.push_back(c);
    } else if (c == '(' && !quoted) {
      ++depth;
    } else if (c == ')' && !quoted && depth > 0) {
      --depth;
    } else if (depth == 0) {
      out.push_back(c == '\r' || c == '\n' ? ' ' : c);
    }
  }
  return out;
}

/// std::string_view::rfind(), which looks at one byte after the other.
std::size_t last_of(std::string_view s, char c) {
  const void* at = s.empty() ? nullptr : memrchr(s.data(), c, s.size());
  return at == nullptr ? std::string_view::npos
                       : static_cast<std::size_t>(static_cast<const char*>(at) - s.data());
}

void add_address(std::string_view mailbox, std::vector<std::string>& out) {
  // "Name <a@b>": what stands in the last angle brackets; otherwise the whole.
  if (const auto open = last_of(mailbox, '<'); open != std::string_view::npos) {
    const auto close = mailbox.find('>', open);
    mailbox = mailbox.substr(open + 1, close == std::string_view::npos ? close : close - open - 1);
    // Obsolete source route "@a,@b:user@domain".
    if (!mailbox.empty() && mailbox.front() == '@') {
      if (const auto colon = mailbox.find(':'); colon != std::string_view::npos) {
        mailbox.remove_prefix(colon + 1);
      }
    }
  }
  mailbox = trim(mailbox);
  const auto at = last_of(mailbox, '@');
  if (at == std::string_view::npos || at == 0 || at + 1 == mailbox.size()) return;
  std::size_t begin = 0;
  if (mailbox.front() != '"') {
    begin = at;
    while (begin > 0 && !is_blank(mailbox[begin - 1])) --begin;
    if (mailbox[begin] == '@') return;
  }
  std::size_t end = at;
  while (end < mailbox.size() && !is_blank(mailbox[end])) ++end;
  out.emplace_back(mailbox.substr(begin, end - begin));
}

/// What parts mailboxes from each other, begins a comment or folds a field.
constexpr ByteSet kParting(",;:\"(\r\n");

}  // namespace

Headers Headers::parse(std::string_view text, LineEnds ends, std::size_t& body_at) {
  Headers headers;
  headers.fields_.reserve(text.size() < kShortPart ? kFewFields : kManyFields);
  Lines lines(text.substr(0, limits::kHeaderBytes), ends);
  std::string_view line;
  body_at = text.size();
  while (lines.next(line)) {
    if (line.empty()) {
      body_at = lines.position();
      break;
    }
    const bool blank = line.front() == ' ' || line.front() == '\t';
    const auto colon = blank ? std::string_view::npos : field_colon(line);
    // "Content-Type: x/y;" before a parameter at the line's begin: the blank was lost on the way.
    const bool continues = blank || (colon == std::string_view::npos && !headers.fields_.empty() &&
                                     headers.fields_.back().value.ends_with(';'));
    if (continues && !headers.fields_.empty()) {
      auto& value = headers.fields_.back().value;
      const auto tail = trim(line);
      if (tail.empty()) continue;
      const auto stop = static_cast<std::size_t>(tail.data() + tail.size() - text.data());
      const auto start = value.empty() ? static_cast<std::size_t>(tail.data() - text.data())
                                       : static_cast<std::size_t>(value.data() - text.data());
      value = text.substr(start, stop - start);
      continue;
    }
    if (colon == std::string_view::npos) {
      if (headers.fields_.empty() && is_from_line(line)) continue;
      body_at = lines.begin();
      break;
    }
    headers.add({trim(line.substr(0, colon)), trim(line.substr(colon + 1))});
  }
  return headers;
}

Headers Headers::parse(std::string_view text) {
  std::size_t body_at = 0;
  return parse(text, line_ends_of(text), body_at);
}

Headers Headers::parse_groups(std::string_view text) {
  Headers all;
  const LineEnds ends = line_ends_of(text);
  while (!text.empty()) {
    std::size_t body_at = 0;
    const Headers group = parse(text, ends, body_at);
    all.fields_.insert(all.fields_.end(), group.fields_.begin(), group.fields_.end());
    all.kinds_ |= group.kinds_;
    text.remove_prefix(body_at);
    if (body_at > 0) continue;
    Lines lines(text, ends);
    std::string_view line;
    lines.next(line);
    text.remove_prefix(lines.position());
  }
  return all;
}

std::optional<std::string_view> Headers::find(std::string_view name) const {
  if ((kinds_ & kind_of(name)) == 0) return std::nullopt;
  for (const auto& field : fields_) {
    if (ascii_iequals(field.name, name)) return field.value;
  }
  return std::nullopt;
}

std::string_view Headers::get(std::string_view name) const {
  return find(name).value_or("");
}

std::string Headers::text(std::string_view name) const {
  return decode_words(utf8_prefix(get(name), kDecodedField));
}

std::vector<std::string> addresses_of(std::string_view field) {
  constexpr ByteSet kMarks("\\\"<>,;:");
  std::vector<std::string> out;
  if (field.find('@') == std::string_view::npos) return out;
  if (kParting.find_in(field) == field.size()) {
    add_address(field, out);  // one mailbox, as in most fields
    return out;
  }
  std::string plain;
  std::string_view s = field;
  if (field.find_first_of("(\r\n") != std::string_view::npos) s = plain = without_comments(field);
  bool quoted = false;
  bool angle = false;
  std::size_t begin = 0;
  for (std::size_t i = 0; i <= s.size(); ++i) {
    i = kMarks.find_in(s, i);
    const char c = i < s.size() ? s[i] : ',';
    if (c == '\\' && quoted) {
      ++i;
    } else if (c == '"') {
      quoted = !quoted;
    } else if (quoted && i < s.size()) {
      continue;
    } else if (c == '<') {
      angle = true;
    } else if (c == '>') {
      angle = false;
    } else if ((c == ',' || c == ';') && (!angle || i == s.size())) {
      add_address(s.substr(begin, i - begin), out);
      begin = i + 1;
    } else if (c == ':' && !angle) {
      begin = i + 1;  // a group's name ends
    }
  }
  return out;
}

}  // namespace hagaki::mime
