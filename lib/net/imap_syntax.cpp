#include "net/imap_syntax.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "base/utf8.h"

namespace hagaki::net {
namespace {

constexpr std::size_t kLongestLine = 8u << 20;  // UIDs of half a million mails
constexpr std::size_t kMostLiterals = 100;

constexpr std::string_view kBase64 =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";

void append_base64(const std::u16string& units, std::string& out) {
  std::uint32_t bits = 0;
  int count = 0;
  for (const char16_t unit : units) {
    bits = bits << 16 | unit;
    count += 16;
    while (count >= 6) {
      count -= 6;
      out.push_back(kBase64[bits >> count & 0x3F]);
    }
    bits &= (1u << count) - 1;
  }
  if (count > 0) out.push_back(kBase64[bits << (6 - count) & 0x3F]);
}

/// The length that a line announces at its end, "{310}" or "{310+}".
std::optional<std::size_t> literal_length(std::string_view line) {
  if (!line.ends_with('}')) return std::nullopt;
  const auto open = line.rfind('{');
  if (open == std::string_view::npos) return std::nullopt;
  auto digits = line.substr(open + 1, line.size() - open - 2);
  if (digits.ends_with('+')) digits.remove_suffix(1);
  const auto length = parse_unsigned(digits);
  if (!length) return std::nullopt;
  return static_cast<std::size_t>(*length);
}

/// Walks over the attributes of a FETCH response.
class Cursor {
 public:
  explicit Cursor(std::string_view s) : s_(s) {}

  [[nodiscard]] bool at_end() const { return i_ >= s_.size() || s_[i_] == ')'; }

  /// An atom; brackets in it may hold blanks ("BODY[HEADER.FIELDS (A B)]<0>").
  std::string_view atom() {
    const auto begin = i_;
    int depth = 0;
    for (; i_ < s_.size(); ++i_) {
      if (s_[i_] == '[') ++depth;
      if (s_[i_] == ']') --depth;
      if (depth <= 0 && (s_[i_] == ' ' || s_[i_] == ')' || s_[i_] == '(')) break;
    }
    return s_.substr(begin, i_ - begin);
  }

  void blanks() {
    while (i_ < s_.size() && s_[i_] == ' ') ++i_;
  }

  /// A value: quoted, a literal ("{}"), a parenthesised list, or an atom, as it stands there.
  std::string_view value() {
    const auto begin = i_;
    int depth = 0;
    do {
      if (i_ >= s_.size()) break;
      if (s_[i_] == '"') {
        for (++i_; i_ < s_.size() && s_[i_] != '"'; ++i_) {
          if (s_[i_] == '\\') ++i_;
        }
        i_ = std::min(i_ + 1, s_.size());
      } else if (s_[i_] == '(') {
        ++depth;
        ++i_;
      } else if (s_[i_] == ')') {
        if (depth == 0) break;
        --depth;
        ++i_;
      } else if (s_[i_] == ' ') {
        ++i_;
      } else {
        const auto before = i_;
        atom();
        if (i_ == before) ++i_;
      }
    } while (depth > 0);
    return s_.substr(begin, i_ - begin);
  }

 private:
  std::string_view s_;
  std::size_t i_ = 0;
};

std::string unquoted(std::string_view s) {
  std::string out;
  if (s.size() < 2 || s.front() != '"') return out;
  for (std::size_t i = 1; i + 1 < s.size(); ++i) {
    if (s[i] == '\\') ++i;
    out.push_back(s[i]);
  }
  return out;
}

}  // namespace

std::string imap_folder_name(std::string_view utf8) {
  std::string out;
  std::u16string run;
  const auto end_run = [&] {
    if (run.empty()) return;
    out.push_back('&');
    append_base64(run, out);
    out.push_back('-');
    run.clear();
  };
  for (std::size_t i = 0; i < utf8.size();) {
    const auto code = next_character(utf8, i);
    if (code >= 0x20 && code < 0x7F) {
      end_run();
      out.push_back(static_cast<char>(code));
      if (code == '&') out.push_back('-');
    } else if (code < 0x10000) {
      run.push_back(static_cast<char16_t>(code));
    } else {
      run.push_back(static_cast<char16_t>(0xD800 + ((code - 0x10000) >> 10)));
      run.push_back(static_cast<char16_t>(0xDC00 + ((code - 0x10000) & 0x3FF)));
    }
  }
  end_run();
  return out;
}

std::string imap_quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out.push_back('\\');
    out.push_back(c);
  }
  return out + '"';
}

std::string_view ImapResponse::tag() const {
  return std::string_view(line).substr(0, line.find(' '));
}

std::string_view ImapResponse::rest() const {
  const auto space = line.find(' ');
  return space == std::string::npos ? std::string_view() : std::string_view(line).substr(space + 1);
}

Result<ImapResponse> read_imap_response(LineReader& reader, std::size_t most_literal) {
  ImapResponse response;
  std::size_t left = most_literal;
  for (;;) {
    const auto line = reader.line(kLongestLine);
    if (!line) return tl::unexpected<Error>(line.error());
    response.line += *line;
    if (response.line.size() > kLongestLine) {
      return fail(ErrorCode::Protocol, "the server sends a line too long");
    }
    const auto length = literal_length(*line);
    if (!length) return response;
    if (*length > left || response.literals.size() == kMostLiterals) {
      return fail(ErrorCode::Protocol, "the server sends more than was asked for");
    }
    left -= *length;
    response.line.resize(response.line.rfind('{'));
    response.line += "{}";
    auto& literal = response.literals.emplace_back();
    literal.reserve(*length);
    if (auto read = reader.bytes(*length, literal); !read) {
      return tl::unexpected<Error>(read.error());
    }
  }
}

std::optional<ImapFetched> parse_imap_fetch(ImapResponse&& response) {
  if (response.tag() != "*") return std::nullopt;
  const auto rest = response.rest();
  const auto space = rest.find(' ');
  if (space == std::string_view::npos || !parse_unsigned(rest.substr(0, space)) ||
      !ascii_istarts_with(rest.substr(space + 1), "FETCH (")) {
    return std::nullopt;
  }
  ImapFetched fetched;
  std::size_t literals = 0;
  Cursor cursor(rest.substr(space + 1 + std::string_view("FETCH (").size()));
  while (!cursor.at_end()) {
    const auto name = cursor.atom();
    cursor.blanks();
    const auto value = cursor.value();
    cursor.blanks();
    if (name.empty() && value.empty()) break;
    std::string* literal = nullptr;
    // A literal may stand in any value; they come in the order of the line.
    for (auto at = value.find("{}"); at != std::string_view::npos; at = value.find("{}", at + 2)) {
      if (literals < response.literals.size()) literal = &response.literals[literals++];
    }
    if (ascii_iequals(name, "UID")) {
      const auto uid = parse_unsigned(value, 0xFFFFFFFFULL);
      if (uid) fetched.uid = static_cast<std::uint32_t>(*uid);
    } else if (ascii_iequals(name, "RFC822.SIZE")) {
      if (const auto size = parse_unsigned(value)) fetched.size = *size;
    } else if (ascii_istarts_with(name, "BODY[]")) {
      fetched.body = value == "{}" && literal != nullptr ? std::move(*literal) : unquoted(value);
    }
  }
  return fetched;
}

}  // namespace hagaki::net
