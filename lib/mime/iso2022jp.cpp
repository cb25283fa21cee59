#include "mime/iso2022jp.h"

#include <fmt/core.h>

#include <cstdint>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/ascii.h"
#include "base/utf8.h"
#include "mime/charset.h"

namespace hagaki::mime {
namespace {

constexpr std::string_view kToKanji = "\x1b$B";
constexpr std::string_view kToAscii = "\x1b(B";

/// Characters that Unicode has twice for one of JIS X 0208: which of the two a text has depends on
/// the system it was written on.
constexpr std::pair<char32_t, std::uint16_t> kTwins[] = {
    {0x301C, 0x2141}, {0xFF5E, 0x2141}, {0x2016, 0x2142}, {0x2225, 0x2142}, {0x2212, 0x215D},
    {0xFF0D, 0x215D}, {0x2014, 0x213D}, {0x2015, 0x213D}, {0x00A2, 0x2171}, {0xFFE0, 0x2171},
    {0x00A3, 0x2172}, {0xFFE1, 0x2172}, {0x00AC, 0x224C}, {0xFFE2, 0x224C}, {0x00A5, 0x216F},
    {0x203E, 0x2131}, {0x2010, 0x213E}, {0x2011, 0x213E}, {0x2013, 0x215D}, {0x2022, 0x2126},
    {0x00B7, 0x2126}, {0x22C5, 0x2126},
};

/// ASCII but for what changes the meaning of the octets behind it: escape and the shifts.
bool is_ascii_text(char32_t c) {
  return c < 0x80 && c != 0x1B && c != 0x0E && c != 0x0F;
}

/// The JIS X 0208 code of each character that has one.
class JisTable {
 public:
  JisTable() {
    // Read back from what our own reader makes of each code: a line each, which begins in ASCII.
    std::string all;
    std::vector<std::uint16_t> codes;
    for (int row = 0x21; row <= 0x74; ++row) {
      // Rows 9 to 15 hold what vendors put there.
      if (row >= 0x29 && row <= 0x2F) continue;
      for (int cell = 0x21; cell <= 0x7E; ++cell) {
        all += kToKanji;
        all += static_cast<char>(row);
        all += static_cast<char>(cell);
        all += '\n';
        codes.push_back(static_cast<std::uint16_t>(row << 8 | cell));
      }
    }
    const std::string text = to_utf8_lossy(all, "iso-2022-jp");
    std::size_t line = 0;
    for (std::size_t pos = 0; pos < text.size() && line < codes.size(); ++line) {
      const char32_t c = next_character(text, pos);
      const bool alone = pos < text.size() && text[pos] == '\n';
      if (alone && c != 0xFFFD) codes_.emplace(c, codes[line]);
      pos = text.find('\n', pos) + 1;
    }
    for (const auto& [c, code] : kTwins) codes_.insert_or_assign(c, code);
  }

  /// 0 where there is none.
  [[nodiscard]] std::uint16_t code(char32_t c) const {
    const auto found = codes_.find(c);
    return found == codes_.end() ? std::uint16_t{0} : found->second;
  }
  [[nodiscard]] bool has(char32_t c) const { return is_ascii_text(c) || code(c) != 0; }

 private:
  std::unordered_map<char32_t, std::uint16_t> codes_;
};

const JisTable& jis() {
  static const JisTable table;
  return table;
}

bool is_half_width_kana(char32_t c) {
  return c >= 0xFF61 && c <= 0xFF9F;
}

/// What people write where ⑤ or ⑴ cannot be written; Unicode's own form would be a bare 5.
std::optional<std::string> numbered(char32_t c) {
  if (c >= 0x2460 && c <= 0x2473) return fmt::format("({})", c - 0x2460 + 1);
  if (c == 0x24EA) return "(0)";
  if (c >= 0x24D0 && c <= 0x24E9) return fmt::format("({})", static_cast<char>('a' + c - 0x24D0));
  if (c >= 0x24B6 && c <= 0x24CF) return fmt::format("({})", static_cast<char>('A' + c - 0x24B6));
  return std::nullopt;
}

bool fits(std::string_view text) {
  for (std::size_t pos = 0; pos < text.size();) {
    if (!jis().has(next_character(text, pos))) return false;
  }
  return true;
}

bool is_mark(char32_t c) {
  return (c >= 0x0300 && c <= 0x036F) || c == 0x3099 || c == 0x309A;
}

/// What no character of a text in HTML may become: it is escaped already.
constexpr std::string_view kMarkup = "<>&\"'";

/// Where the character at `pos` ends with the marks behind it. Half-width katakana are taken in a
/// run: their voiced sound marks are characters of their own.
std::size_t unit_end(std::string_view utf8, std::size_t pos, bool html) {
  const char32_t first = next_character(utf8, pos);
  // Marks do not join what HTML is made of.
  if (html && first < 0x80 && !is_alnum(static_cast<char>(first))) return pos;
  const bool kana = is_half_width_kana(first);
  for (std::size_t ahead = pos; ahead < utf8.size(); pos = ahead) {
    const char32_t next = next_character(utf8, ahead);
    if (!is_mark(next) && !(kana && is_half_width_kana(next))) break;
  }
  return pos;
}

/// Calls `lost` with each text that has no form in the charset, or only one of markup.
template <class Lost>
std::string fit(std::string_view utf8, std::string_view markup, const Lost& lost) {
  std::string out;
  out.reserve(utf8.size());
  for (std::size_t pos = 0; pos < utf8.size();) {
    const std::size_t end = unit_end(utf8, pos, !markup.empty());
    const std::string_view unit = utf8.substr(pos, end - pos);
    const char32_t c = next_character(utf8, pos);
    const bool alone = pos == end;
    pos = end;
    if (alone && jis().has(c)) {
      out += unit;
    } else if (alone && is_invisible(c)) {
      continue;
    } else if (const auto number = numbered(c); alone && number) {
      out += *number;
    } else if (const std::string form = compatibility_form(unit);
               fits(form) && form.find_first_of(markup) == std::string::npos) {
      out += form;
    } else {
      lost(out, unit);
    }
  }
  return out;
}

}  // namespace

std::optional<std::string> fit_iso2022jp(std::string_view utf8) {
  bool all = true;
  std::string out = fit(utf8, "", [&all](std::string&, std::string_view) { all = false; });
  if (!all) return std::nullopt;
  return out;
}

std::string fit_iso2022jp_html(std::string_view utf8) {
  return fit(utf8, kMarkup, [](std::string& out, std::string_view text) {
    for (std::size_t pos = 0; pos < text.size();) {
      out += fmt::format("&#x{:X};", static_cast<std::uint32_t>(next_character(text, pos)));
    }
  });
}

std::string to_iso2022jp(std::string_view fitting) {
  std::string out;
  out.reserve(fitting.size() + 16);
  bool kanji = false;
  for (std::size_t pos = 0; pos < fitting.size();) {
    const char32_t c = next_character(fitting, pos);
    const std::uint16_t code = c < 0x80 ? std::uint16_t{0} : jis().code(c);
    if (kanji != (code != 0)) out += kanji ? kToAscii : kToKanji;
    kanji = code != 0;
    if (kanji) out += static_cast<char>(code >> 8);
    out += kanji ? static_cast<char>(code & 0xFF) : static_cast<char>(c);
  }
  if (kanji) out += kToAscii;
  return out;
}

}  // namespace hagaki::mime
