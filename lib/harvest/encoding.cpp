#include "harvest/encoding.h"

#include <algorithm>
#include <cstddef>

#include "base/text.h"
#include "mime/charset.h"

namespace hagaki::harvest {
namespace {

using Byte = unsigned char;

/// What one encoding makes of a line: whether it can be read, and how ordinary the Japanese is.
struct Reading {
  bool valid = true;
  long score = 0;
};

/// Windows-31J: single bytes, half-width katakana A1-DF, double bytes.
Reading read_cp932(std::string_view s) {
  Reading out;
  for (std::size_t i = 0; i < s.size(); ++i) {
    const Byte c = static_cast<Byte>(s[i]);
    if (c < 0x80) continue;
    if (c >= 0xa1 && c <= 0xdf) {
      out.score -= 1;  // half-width katakana: rare in names, common in misread EUC-JP
      continue;
    }
    if (c == 0x80 || c == 0xa0 || c > 0xfc || i + 1 == s.size()) return {false, 0};
    if (c >= 0xf0 && c <= 0xf9) return {false, 0};  // user-defined: rather "ö" of Latin-1
    const Byte d = static_cast<Byte>(s[++i]);
    if (d < 0x40 || d == 0x7f || d > 0xfc) return {false, 0};
    const bool kana = (c == 0x82 && d >= 0x9f && d <= 0xf1) || (c == 0x83 && d <= 0x96);
    const bool common = (c == 0x81 && d <= 0xac) || (c >= 0x88 && c <= 0x97);
    if (kana) out.score += 3;
    if (common) out.score += 2;
    if (c >= 0xf0) out.score -= 4;  // IBM's rows
  }
  return out;
}

/// EUC-JP: pairs of A1-FE, half-width katakana behind 8E, JIS X 0212 behind 8F.
Reading read_euc(std::string_view s) {
  Reading out;
  for (std::size_t i = 0; i < s.size(); ++i) {
    const Byte c = static_cast<Byte>(s[i]);
    if (c < 0x80) continue;
    const std::size_t more = c == 0x8f ? 2 : 1;
    if ((c != 0x8e && c != 0x8f && (c < 0xa1 || c > 0xfe)) || i + more >= s.size()) {
      return {false, 0};
    }
    for (std::size_t k = 1; k <= more; ++k) {
      const Byte d = static_cast<Byte>(s[i + k]);
      if (d < 0xa1 || d > 0xfe) return {false, 0};
    }
    if (c == 0xa4 || c == 0xa5) out.score += 3;
    if (c == 0xa1 || (c >= 0xb0 && c <= 0xcf)) out.score += 2;
    if (c >= 0xa9 && c <= 0xaf) out.score -= 4;
    i += more;
  }
  return out;
}

/// Which half of most units is zero says the byte order of UTF-16 without a mark.
std::string utf16_without_mark(std::string_view sample) {
  const std::size_t n = std::min<std::size_t>(sample.size(), 4096) & ~std::size_t{1};
  std::size_t even = 0;
  std::size_t odd = 0;
  for (std::size_t i = 0; i < n; i += 2) {
    even += sample[i] == '\0' ? 1 : 0;
    odd += sample[i + 1] == '\0' ? 1 : 0;
  }
  if (even == 0 && odd > n / 10) return "utf-16le";
  if (odd == 0 && even > n / 10) return "utf-16be";
  return {};
}

}  // namespace

std::string detect_encoding(std::string_view sample) {
  if (sample.starts_with("\xef\xbb\xbf")) return "utf-8";
  if (sample.starts_with("\xff\xfe")) return "utf-16le";
  if (sample.starts_with("\xfe\xff")) return "utf-16be";
  if (auto utf16 = utf16_without_mark(sample); !utf16.empty()) return utf16;
  if (is_ascii(sample)) {
    return sample.find("\x1b$") != std::string_view::npos ||
                   sample.find("\x1b(") != std::string_view::npos
               ? "iso-2022-jp"
               : "us-ascii";
  }

  std::size_t lines = 0;
  std::size_t utf8 = 0;
  std::size_t cp932 = 0;
  std::size_t euc = 0;
  long cp932_score = 0;
  long euc_score = 0;
  std::size_t begin = 0;
  while (begin < sample.size()) {
    const auto end = std::min(sample.find('\n', begin), sample.size());
    const auto line = sample.substr(begin, end - begin);
    // The sample may be cut inside a character; its last line counts only when it is all there is.
    const bool cut = end == sample.size() && begin > 0;
    begin = end + 1;
    if (cut && lines > 0) break;
    if (is_ascii(line)) continue;
    ++lines;
    utf8 += is_utf8(line) ? 1 : 0;
    const auto as_cp932 = read_cp932(line);
    const auto as_euc = read_euc(line);
    cp932 += as_cp932.valid ? 1 : 0;
    euc += as_euc.valid ? 1 : 0;
    cp932_score += as_cp932.score;
    euc_score += as_euc.score;
  }
  if (utf8 == 0 && cp932 == 0 && euc == 0) return {};
  if (utf8 >= cp932 && utf8 >= euc) return "utf-8";
  if (cp932 != euc) return cp932 > euc ? "cp932" : "euc-jp";
  return euc_score > cp932_score ? "euc-jp" : "cp932";
}

void Utf16Reader::read(std::string_view bytes, std::string& out) {
  for (const char c : bytes) {
    const auto byte = static_cast<Byte>(c);
    if (!half_) {
      first_ = byte;
      half_ = true;
      continue;
    }
    half_ = false;
    const unsigned a = first_;
    const unsigned b = byte;
    unit(big_endian_ ? a << 8 | b : b << 8 | a, out);
  }
}

std::optional<std::string> text_in(std::string_view bytes, std::string_view encoding) {
  const bool shifts = bytes.find('\x1b') != std::string_view::npos;  // as ISO-2022-JP does
  if (!shifts && is_ascii(bytes)) return std::string(bytes);
  if (encoding.empty() && !shifts && is_utf8(bytes)) return std::string(bytes);
  const auto name = encoding.empty() ? detect_encoding(bytes) : std::string(encoding);
  if (name.empty()) return std::nullopt;
  if (auto text = mime::to_utf8(bytes, name)) return std::move(*text);
  return std::nullopt;
}

void Utf16Reader::unit(unsigned value, std::string& out) {
  const auto put = [&out](unsigned byte) { out += static_cast<char>(byte); };
  const auto three = [&put](unsigned v) {
    put(0xe0 | v >> 12);
    put(0x80 | (v >> 6 & 0x3f));
    put(0x80 | (v & 0x3f));
  };
  if (high_ != 0) {
    const unsigned high = high_;
    high_ = 0;
    if (value >= 0xdc00 && value <= 0xdfff) {
      const unsigned v = 0x10000 + ((high - 0xd800) << 10) + (value - 0xdc00);
      put(0xf0 | v >> 18);
      put(0x80 | (v >> 12 & 0x3f));
      put(0x80 | (v >> 6 & 0x3f));
      put(0x80 | (v & 0x3f));
      return;
    }
    three(high);
  }
  if (value >= 0xd800 && value <= 0xdbff) {
    high_ = value;
  } else if (value < 0x80) {
    put(value);
  } else if (value < 0x800) {
    put(0xc0 | value >> 6);
    put(0x80 | (value & 0x3f));
  } else {
    three(value);
  }
}

}  // namespace hagaki::harvest
