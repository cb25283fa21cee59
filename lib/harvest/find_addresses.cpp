#include "harvest/find_addresses.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <optional>

#include "address/address.h"
#include "base/ascii.h"
#include "base/octets.h"
#include "base/text.h"
#include "harvest/full_width.h"
#include "harvest/local_part.h"
#include "harvest/public_suffix.h"
#include "harvest/spelt_out.h"

namespace hagaki::harvest {
namespace {

constexpr std::size_t kLongest = 320;  ///< octets of an address and what may stand within it

bool is_domain(char c) {
  return is_alnum(c) || c == '-' || c == '.';
}

/// Marks beyond ASCII that end a domain of other letters.
std::size_t mark_length(std::string_view s) {
  for (const std::string_view mark :
       {"\u3000", "、", "。", "，", "．", "「", "」", "（", "）", "【", "】", "〈", "〉", "《",
        "》",     "＜", "＞", "：", "；", "！", "？", "『", "』", "・", "／", "“",  "”"}) {
    if (s.starts_with(mark)) return mark.size();
  }
  return 0;
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

/// Where a top-level domain of ASCII letters behind other script ends: text may touch it.
std::size_t ascii_end(std::string_view text, std::size_t begin, std::size_t end) {
  const auto dot = text.substr(begin, end - begin).rfind('.');
  if (dot == std::string_view::npos) return end;
  std::size_t at = begin + dot + 1;
  while (at < end && is_alnum(text[at])) ++at;
  return at;
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
    if (!is_local_character(c) && c != ':') return false;
    --from;
  }
  return from >= 3 && text.substr(from - 3, 3) == "://";
}

/// `spec` where it is an address that mail can go to.
std::optional<std::string> usable(std::string_view spec) {
  const auto address = Address::parse(spec);
  if (!address || address->domain().is_literal() || !is_mail_domain(address->domain().ascii())) {
    return std::nullopt;
  }
  return address->text();
}

/// An address found, and where it ends.
struct Found {
  std::string text;
  std::size_t end = 0;
};

/// What stands in angle brackets around the sign at `at`, where that is an address and nothing
/// else: it may have any form.
std::optional<Found> in_brackets(std::string_view text, std::size_t at, std::size_t taken) {
  const std::size_t least = std::max(taken, at > kLongest ? at - kLongest : 0);
  const auto found = text.substr(least, at - least).rfind('<');
  if (found == std::string_view::npos) return std::nullopt;
  const auto open = least + found;
  const auto close = text.substr(0, std::min(text.size(), at + kLongest)).find('>', at);
  if (close == std::string_view::npos) return std::nullopt;
  auto inside = text.substr(open + 1, close - open - 1);
  if (ascii_istarts_with(inside, "mailto:")) inside.remove_prefix(7);
  auto address = usable(inside);
  if (!address) return std::nullopt;
  return Found{std::move(*address), close + 1};
}

/// Where the quoted string that ends before `at` begins (RFC 5321 §4.1.2).
std::optional<std::size_t> quoted_begin(std::string_view text, std::size_t at, std::size_t taken) {
  if (at < 3 || text[at - 1] != '"') return std::nullopt;
  const std::size_t least = std::max(taken, at > 66 ? at - 66 : 0);
  for (std::size_t i = at - 1; i-- > least;) {
    if (text[i] != '"' || (i > 0 && text[i - 1] == '\\')) continue;
    const bool alone = i == 0 || !is_local_character(text[i - 1]);
    return alone ? std::optional(i) : std::nullopt;
  }
  return std::nullopt;
}

/// The address around the sign at `at`.
std::optional<Found> around(std::string_view text, std::size_t at, std::size_t taken) {
  if (auto found = in_brackets(text, at, taken)) return found;
  const auto quoted = quoted_begin(text, at, taken);
  const std::size_t begin =
      quoted ? *quoted : local_begin(text, at, std::max(taken, at > kLongest ? at - kLongest : 0));
  std::size_t end = domain_end(text, at + 1);
  if (begin == at || end == at + 1 || is_inside_other(text, begin, end)) return std::nullopt;
  auto address = usable(text.substr(begin, end - begin));
  if (!address && static_cast<unsigned char>(text[at + 1]) >= 0x80) {
    end = ascii_end(text, at + 1, end);
    address = usable(text.substr(begin, end - begin));
  }
  if (!address) return std::nullopt;
  return Found{std::move(*address), end};
}

/// Whether `text` is ids in angle brackets and nothing else, or nothing.
bool is_ids(std::string_view text) {
  for (text = trim(text); !text.empty(); text = trim(text)) {
    const auto end = text.find('>');
    if (text.front() != '<' || end == std::string_view::npos) return false;
    const auto id = text.substr(1, end - 1);
    if (id.find('@') == std::string_view::npos ||
        std::any_of(id.begin(), id.end(), [](char c) { return is_white(c); })) {
      return false;
    }
    text.remove_prefix(end + 1);
  }
  return true;
}

/// Header lines of a mail that hold message ids (RFC 5322 §3.6.4).
bool names_ids(std::string_view line) {
  constexpr std::array<std::string_view, 5> kIdFields = {
      "message-id:", "in-reply-to:", "references:", "resent-message-id:", "content-id:"};
  constexpr std::string_view kBegins = "mirMIRcC";
  if (line.empty() || kBegins.find(line.front()) == std::string_view::npos) return false;
  return std::any_of(kIdFields.begin(), kIdFields.end(), [&](std::string_view name) {
    return ascii_istarts_with(line, name) && is_ids(line.substr(name.size()));
  });
}

/// The next place from `at` on where a sign may stand; the end of `text` where there is none.
std::size_t next_sign(std::string_view text, std::size_t at) {
  for (std::uint64_t word = 0; at + sizeof word <= text.size(); at += sizeof word) {
    std::memcpy(&word, text.data() + at, sizeof word);
    // 0xEF begins what is of full width, 0x90 ends 【; "[" and "{" differ in one bit.
    if ((any_is(word, '@') | any_is(word | eight_of(0x20), '{') | any_is(word, '(') |
         any_is(word, 0xEF) | any_is(word, 0x90)) != 0) {
      return at;
    }
  }
  return at;
}

/// Whether what spells out a sign may begin at `at`, which is no '@'.
bool may_be_spelt(std::string_view text, std::size_t at) {
  switch (text[at]) {
    case '[':
    case '(':
    case '{':
      return true;
    case '\xEF':  // （［｛
      return at + 1 < text.size() && (text[at + 1] == '\xBC' || text[at + 1] == '\xBD');
    case '\xE3':  // 【
      return text.substr(at + 1, 2) == "\x80\x90";
    default:
      return false;
  }
}

/// The address whose sign, in whatever form, stands at `at`.
std::optional<Found> address_at(std::string_view text, std::size_t at, std::size_t taken) {
  if (text[at] == '@') return around(text, at, taken);
  if (!may_be_spelt(text, at)) return std::nullopt;
  const auto spelt = spelt_out_at(text, at, taken);
  if (!spelt) return std::nullopt;
  auto address = usable(spelt->text);
  if (!address) return std::nullopt;
  return Found{std::move(*address), spelt->end};
}

void scan(std::string_view text, std::vector<std::string>& out) {
  std::size_t taken = 0;
  std::size_t at = 0;
  while ((at = next_sign(text, at)) < text.size()) {
    // The sign is among the next eight; 【 begins two octets before them.
    const std::size_t end = std::min(at + 8, text.size());
    for (std::size_t i = std::max(taken, at - std::min<std::size_t>(at, 2)); i < end; ++i) {
      auto found = address_at(text, i, taken);
      if (!found) continue;
      out.push_back(std::move(found->text));
      taken = found->end;
      i = taken - 1;
    }
    at = std::max(end, taken);
  }
}

}  // namespace

void AddressFinder::find(std::string_view line, std::vector<std::string>& out) {
  const bool goes_on = !line.empty() && (line.front() == ' ' || line.front() == '\t');
  in_ids_ = (in_ids_ && goes_on && is_ids(line)) || names_ids(line);
  if (in_ids_) return;
  if (const auto narrow = with_narrow_signs(line)) {
    scan(*narrow, out);
  } else {
    scan(line, out);
  }
}

std::vector<std::string> find_addresses(std::string_view text) {
  std::vector<std::string> out;
  AddressFinder finder;
  for (std::size_t begin = 0; begin < text.size();) {
    const auto end = std::min(text.find('\n', begin), text.size());
    finder.find(text.substr(begin, end - begin), out);
    begin = end + 1;
  }
  return out;
}

std::vector<std::string> find_resigned_addresses(std::string_view text) {
  const auto sign = replaced_sign(text);
  if (sign.empty()) return {};
  std::string plain;
  for (std::size_t at = 0; at < text.size();) {
    const auto next = std::min(text.find(sign, at), text.size());
    plain.append(text, at, next - at);
    if (next < text.size()) plain += '@';
    at = next + sign.size();
  }
  return find_addresses(plain);
}

}  // namespace hagaki::harvest
