#include "harvest/find_addresses.h"

#include <algorithm>

#include "address/address.h"
#include "base/ascii.h"
#include "base/utf8.h"
#include "harvest/public_suffix.h"

namespace hagaki::harvest {
namespace {

/// What a local part in running text may hold. Less than an atom of RFC 5322: "=", "/", "?", quotes
/// and brackets more often surround an address than belong to it.
bool is_local(char c) {
  return is_alnum(c) || std::string_view("._+-&~#%'").find(c) != std::string_view::npos;
}

bool is_domain(char c) {
  return is_alnum(c) || c == '-' || c == '.';
}

/// Marks beyond ASCII that end a domain of other letters.
std::size_t mark_length(std::string_view s) {
  for (const std::string_view mark :
       {"\u3000", "、", "。", "，", "．", "「", "」", "（", "）", "【", "】",
        "〈",     "〉", "《", "》", "＜", "＞", "：", "；", "！", "？"}) {
    if (s.starts_with(mark)) return mark.size();
  }
  return 0;
}

/// The length of the Latin letter with a mark that `s` begins with ("ü", "é"), 0 where it begins
/// with none. No text that touches an address without a blank is written with them.
std::size_t marked_letter(std::string_view s) {
  std::size_t length = 0;
  const char32_t c = s.empty() ? 0 : next_character(s, length);
  return c >= 0xC0 && c < 0x250 && c != 0xD7 && c != 0xF7 ? length : 0;
}

/// The end of the domain that begins at `begin`.
std::size_t domain_end(std::string_view text, std::size_t begin) {
  std::size_t end = begin;
  if (begin < text.size() && static_cast<unsigned char>(text[begin]) >= 0x80) {
    // A domain in another script: nothing but a mark or ASCII that no domain has can end it.
    while (end < text.size() &&
           (is_domain(text[end]) || static_cast<unsigned char>(text[end]) >= 0x80)) {
      if (mark_length(text.substr(end)) != 0) break;
      ++end;
    }
  } else {
    while (end < text.size()) {
      const std::size_t letter = is_domain(text[end]) ? 1 : marked_letter(text.substr(end));
      if (letter == 0) break;
      end += letter;
    }
  }
  while (end > begin && (text[end - 1] == '.' || text[end - 1] == '-')) --end;
  return end;
}

/// Whether the address at [begin, end) is part of something else.
bool is_inside_other(std::string_view text, std::size_t begin, std::size_t end) {
  if (begin > 0 && text[begin - 1] == '@') return true;
  if (end < text.size() && text[end] == '@') return true;
  const auto local = text.substr(begin, text.find('@', begin) - begin);
  if (local == "git" && end + 1 < text.size() && text[end] == ':' && text[end + 1] != ' ') {
    return true;
  }
  // scheme://user@host and scheme://user:password@host
  std::size_t from = begin;
  while (from > 0 && begin - from < 256) {
    const char c = text[from - 1];
    if (c == '/') break;
    if (!is_local(c) && c != ':') return false;
    --from;
  }
  return from >= 3 && text.substr(from - 3, 3) == "://";
}

}  // namespace

std::vector<std::string> find_addresses(std::string_view text) {
  std::vector<std::string> out;
  std::size_t taken = 0;
  for (auto at = text.find('@'); at != std::string_view::npos; at = text.find('@', at + 1)) {
    std::size_t begin = at;
    while (begin > taken && is_local(text[begin - 1])) --begin;
    while (begin < at && !is_alnum(text[begin]) && text[begin] != '_') ++begin;
    const auto end = domain_end(text, at + 1);
    if (begin == at || end == at + 1 || is_inside_other(text, begin, end)) continue;
    const auto address = Address::parse(text.substr(begin, end - begin));
    if (!address || address->domain().is_literal() || !is_mail_domain(address->domain().ascii())) {
      continue;
    }
    out.push_back(address->text());
    taken = end;
  }
  return out;
}

}  // namespace hagaki::harvest
