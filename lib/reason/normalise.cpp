#include <algorithm>

#include "base/ascii.h"
#include "base/limits.h"
#include "base/text.h"
#include "reason/names.h"
#include "reason/text.h"

namespace hagaki::reason {
namespace {

bool is_atext(char c) {
  constexpr std::string_view kSpecials = ".!#$%&'*+/=?^_`{|}~-";
  return is_digit(c) || is_lower(c) || (c & 0x80) != 0 ||
         kSpecials.find(c) != std::string_view::npos;
}

bool is_domain_char(char c) {
  return is_digit(c) || is_lower(c) || (c & 0x80) != 0 || c == '.' || c == '-' || c == '_' ||
         c == '[' || c == ']' || c == ':';
}

/// A word that begins as a reply code: "550" or "550-…".
bool starts_with_code(std::string_view word) {
  return word.size() >= 3 && (word[0] == '2' || word[0] == '4' || word[0] == '5') &&
         is_digit(word[1]) && is_digit(word[2]) && (word.size() == 3 || word[3] == '-');
}

/// "5.1.1", with ":" or "," behind it allowed.
bool is_status(std::string_view word) {
  if (!word.empty() && (word.back() == ':' || word.back() == ',')) word.remove_suffix(1);
  if (word.size() < 5 || (word[0] != '2' && word[0] != '4' && word[0] != '5') || word[1] != '.') {
    return false;
  }
  word.remove_prefix(2);
  const auto dot = word.find('.');
  const auto number = [](std::string_view s) {
    return !s.empty() && s.size() <= 3 && std::all_of(s.begin(), s.end(), is_digit);
  };
  return dot != std::string_view::npos && number(word.substr(0, dot)) &&
         number(word.substr(dot + 1));
}

/// Appends `word` with the local part and domain around each "@" left out.
void append_without_addresses(std::string_view word, std::string& out) {
  for (;;) {
    const auto at = word.find('@');
    if (at == std::string_view::npos) {
      out.append(word);
      return;
    }
    std::size_t begin = at;
    while (begin > 0 && is_atext(word[begin - 1])) --begin;
    std::size_t end = at + 1;
    while (end < word.size() && is_domain_char(word[end])) ++end;
    // "user@example.jp: text" and "user@example.jp." end before their punctuation.
    while (end > at + 1 && (word[end - 1] == '.' || word[end - 1] == ':')) --end;
    out.append(word.substr(0, begin)).push_back('@');
    word.remove_prefix(end);
  }
}

/// What has to stand behind a name before which `before` stands; 0 where that is no mark, '/' where
/// the word or a sentence has to end.
char closing_of(char before) {
  switch (before) {
    case '"':
    case '\'':
    case '/':
      return before;
    case '`':
      return '\'';
    case '<':
      return '>';
    case '(':
      return ')';
    default:
      return 0;
  }
}

/// `word` with `mailbox` made "@" where it stands between marks or ends a path.
std::string without_mailbox(std::string_view word, std::string_view mailbox) {
  std::string out;
  for (auto at = word.find(mailbox); at != std::string_view::npos; at = word.find(mailbox)) {
    const char closing = at == 0 ? '\0' : closing_of(word[at - 1]);
    const auto behind = word.substr(at + mailbox.size());
    const bool ends = behind.empty() || !is_atext(behind.front()) || behind == ".";
    const bool alone =
        closing == '/' ? ends : closing != 0 && !behind.empty() && behind.front() == closing;
    out.append(word.substr(0, at)).append(alone ? std::string_view("@") : mailbox);
    word = behind;
  }
  return out.append(word);
}

}  // namespace

SeenText see(std::string_view text, std::string_view recipient) {
  const std::string mailbox = fold(recipient.substr(0, recipient.rfind('@')));
  const std::string lower = fold(utf8_prefix(text, limits::kDiagnostic));
  SeenText seen;
  std::string& out = seen.bytes;
  out = "^";
  out.reserve(lower.size() + 2);
  std::string_view rest = lower;
  std::string_view continued;  // the code of "550-…" lines seen
  bool codes_allowed = true;   // at the begin, behind "said:" and behind another code
  while (true) {
    while (!rest.empty() && is_white(rest.front())) rest.remove_prefix(1);
    if (rest.empty()) break;
    const auto end = std::find_if(rest.begin(), rest.end(), is_white);
    std::string_view word = rest.substr(0, static_cast<std::size_t>(end - rest.begin()));
    rest.remove_prefix(word.size());
    if (starts_with_code(word)) {
      const auto next = trim(rest);
      const auto next_word = next.substr(0, next.find_first_of(" \t\r\n"));
      if (word.size() > 3) {
        continued = word.substr(0, 3);
        word.remove_prefix(4);
        codes_allowed = true;
      } else if (codes_allowed || word == continued || is_status(next_word)) {
        codes_allowed = true;
        continue;
      }
    }
    if (word.empty()) continue;
    if (codes_allowed && is_status(word)) continue;
    if (out.size() > 1) out.push_back(' ');
    const std::size_t begin = out.size();
    if (!mailbox.empty() && word.size() > mailbox.size() &&
        word.find(mailbox) != std::string_view::npos) {
      append_without_addresses(without_mailbox(word, mailbox), out);
    } else {
      append_without_addresses(word, out);
    }
    if (out.find('.', begin) != std::string::npos) {
      mark_names(std::string_view(out).substr(begin), begin, seen.names);
    }
    codes_allowed = word == "said:" || word == "responded:";
  }
  out.push_back('$');
  return seen;
}

}  // namespace hagaki::reason
