#include "mime/charset.h"

#include <iconv.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "base/text.h"

namespace hagaki::mime {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

/// Labels that iconv does not know or that mean something wider than they say.
constexpr std::pair<std::string_view, std::string_view> kAliases[] = {
    {"", "us-ascii"},
    {"ascii", "us-ascii"},
    {"ansi_x3.4-1968", "us-ascii"},
    {"iso646-us", "us-ascii"},
    {"7bit", "us-ascii"},
    {"8bit", "us-ascii"},
    {"unknown", "us-ascii"},
    {"unknown-8bit", "us-ascii"},
    {"x-unknown", "us-ascii"},
    {"default", "us-ascii"},
    {"default_charset", "us-ascii"},
    {"utf8", "utf-8"},
    {"uft-8", "utf-8"},
    {"uft8", "utf-8"},
    {"utf_8", "utf-8"},
    {"utf-8n", "utf-8"},
    {"utf8mb4", "utf-8"},
    {"x-utf-8", "utf-8"},
    {"unicode-1-1-utf-8", "utf-8"},
    {"unicode-1-1-utf-7", "utf-7"},
    {"x-unicode-1-1-utf-7", "utf-7"},
    {"unicode-2-0-utf-7", "utf-7"},
    {"unicode-1-1-utf-16", "utf-16"},
    {"shift_jis", "cp932"},
    {"shift-jis", "cp932"},
    {"shiftjis", "cp932"},
    {"sjis", "cp932"},
    {"sjis-win", "cp932"},
    {"x-sjis", "cp932"},
    {"x-ms-cp932", "cp932"},
    {"ms_kanji", "cp932"},
    {"ms932", "cp932"},
    {"csshiftjis", "cp932"},
    {"cswindows31j", "cp932"},
    {"windows-31j", "cp932"},
    {"windows-932", "cp932"},
    {"euc-jp", "euc-jp-ms"},
    {"eucjp", "euc-jp-ms"},
    {"eucjp-ms", "euc-jp-ms"},
    {"eucjp-win", "euc-jp-ms"},
    {"x-euc-jp", "euc-jp-ms"},
    {"x-eucjp", "euc-jp-ms"},
    {"cp51932", "euc-jp-ms"},
    {"jis", "iso-2022-jp"},
    {"csiso2022jp", "iso-2022-jp"},
    {"iso-2022-jp-ms", "iso-2022-jp"},
    {"iso-2022-jp-1", "iso-2022-jp"},
    {"iso2022-jp", "iso-2022-jp"},
    {"iso2022jp", "iso-2022-jp"},
    {"x-iso-2022-jp", "iso-2022-jp"},
    {"cp50220", "iso-2022-jp"},
    {"cp50221", "iso-2022-jp"},
    {"cp50222", "iso-2022-jp"},
    {"iso-8859-1", "windows-1252"},
    {"iso8859-1", "windows-1252"},
    {"iso_8859-1", "windows-1252"},
    {"latin1", "windows-1252"},
    {"cp1252", "windows-1252"},
    {"x-cp1252", "windows-1252"},
    {"x-windows-949", "cp949"},
    {"ks_c_5601-1987", "cp949"},
    {"euc-kr", "cp949"},
    {"gb2312", "gb18030"},
    {"gbk", "gb18030"},
    {"x-gbk", "gb18030"},
    {"x-mac-japanese", "cp932"},
    {"iso-8859-8-i", "iso-8859-8"},
    {"iso-8859-6-i", "iso-8859-6"},
};

/// True when ASCII bytes mean themselves in `name`, whatever stands around them.
bool ascii_is_itself(std::string_view name) {
  return name != "utf-7" && name != "iso-2022-jp" && !name.starts_with("utf-16") &&
         !name.starts_with("utf-32") && !name.starts_with("ucs") && !name.starts_with("iso-2022") &&
         !name.starts_with("hz") && !name.starts_with("ibm") && !name.starts_with("ebcdic");
}

/// ISO-2022-JP as EUC-JP: only the escape sequences differ, and what glibc refuses in the former
/// (half-width katakana, NEC and IBM rows) it reads in the latter.
std::string iso2022jp_to_euc(std::string_view in) {
  enum class Set { Ascii, Kana, X0208, X0212 } set = Set::Ascii;
  constexpr std::pair<std::string_view, Set> kEscapes[] = {
      {"$(D", Set::X0212}, {"$(B", Set::X0208},     {"$(@", Set::X0208}, {"$B", Set::X0208},
      {"$@", Set::X0208},  {"(B", Set::Ascii},      {"(J", Set::Ascii},  {"(H", Set::Ascii},
      {"(I", Set::Kana},   {"&@\x1b$B", Set::X0208}};
  std::string out;
  out.reserve(in.size() + in.size() / 4);
  const auto high = [](char c) { return static_cast<char>(c | '\x80'); };
  for (std::size_t i = 0; i < in.size();) {
    const char c = in[i];
    if (c == '\x1b') {
      const auto rest = in.substr(i + 1);
      const auto* hit = std::find_if(std::begin(kEscapes), std::end(kEscapes),
                                     [&](const auto& e) { return rest.starts_with(e.first); });
      if (hit != std::end(kEscapes)) {
        set = hit->second;
        i += 1 + hit->first.size();
        continue;
      }
    }
    // A line always begins in ASCII (RFC 1468); control characters and blanks have no row.
    if (c == '\n' || c == '\r') set = Set::Ascii;
    const bool graphic = c > 0x20 && c < 0x7f;
    if (set == Set::Ascii || !graphic) {
      out.push_back(c);
      ++i;
    } else if (set == Set::Kana) {
      out.push_back('\x8e');
      out.push_back(high(c));
      ++i;
    } else if (i + 1 < in.size() && in[i + 1] > 0x20 && in[i + 1] < 0x7f) {
      if (set == Set::X0212) out.push_back('\x8f');
      out.push_back(high(c));
      out.push_back(high(in[i + 1]));
      i += 2;
    } else {
      out.push_back('\xff');  // half a character: malformed in EUC-JP too
      ++i;
    }
  }
  return out;
}

class Iconv {
 public:
  explicit Iconv(const std::string& from) : handle_(iconv_open("utf-8", from.c_str())) {}
  ~Iconv() {
    if (known()) iconv_close(handle_);
  }
  Iconv(const Iconv&) = delete;
  Iconv& operator=(const Iconv&) = delete;

  [[nodiscard]] bool known() const { return handle_ != reinterpret_cast<iconv_t>(-1); }

  /// Converts what it can of `in`, which it shortens; false where it stopped at bytes that are
  /// malformed or cut short.
  bool run(std::string_view& in, std::string& out) {
    std::array<char, 4096> chunk;
    while (!in.empty()) {
      char* from = const_cast<char*>(in.data());  // iconv(3) does not write there
      std::size_t from_left = in.size();
      char* to = chunk.data();
      std::size_t to_left = chunk.size();
      const auto n = iconv(handle_, &from, &from_left, &to, &to_left);
      const int error = errno;
      out.append(chunk.data(), chunk.size() - to_left);
      in.remove_prefix(in.size() - from_left);
      if (n == static_cast<std::size_t>(-1) && error != E2BIG) return false;
    }
    return true;
  }

 private:
  iconv_t handle_;
};

enum class Mode { Strict, Lossy };

/// Nothing where the charset is unknown, or in Strict mode where the bytes are not in it.
Result<std::string> convert(std::string_view bytes, const std::string& name, Mode mode) {
  std::string euc;
  const bool jis = name == "iso-2022-jp";
  if (jis) {
    euc = iso2022jp_to_euc(bytes);
    bytes = euc;
  }
  Iconv converter(jis ? "euc-jp-ms" : name);
  if (!converter.known()) return fail(ErrorCode::Unsupported, "unknown charset " + name);
  std::string out;
  out.reserve(bytes.size() + bytes.size() / 2);
  while (!converter.run(bytes, out)) {
    if (mode == Mode::Strict) return fail(ErrorCode::Syntax, "bytes that are no " + name);
    out.append(kReplacement);
    bytes.remove_prefix(1);
  }
  // iconv(3) passes on what no UTF-8 may hold, from other names of it and from wide charsets.
  if (is_utf8(out)) return out;
  if (mode == Mode::Strict) return fail(ErrorCode::Syntax, "bytes that are no " + name);
  return to_valid_utf8(out);
}

}  // namespace

std::string charset_name(std::string_view label) {
  label = trim(label);
  // Quoted twice over, or with one of the quotes lost.
  while (label.starts_with('"') || label.starts_with('\'')) label = trim(label.substr(1));
  while (label.ends_with('"') || label.ends_with('\''))
    label = trim(label.substr(0, label.size() - 1));
  std::string name = ascii_lower(label.substr(0, 64));
  // RFC 2231 §5 allows a language behind the charset of an encoded word.
  if (const auto star = name.find('*'); star != std::string::npos) name.resize(star);
  for (const auto& [alias, real] : kAliases) {
    if (name == alias) return std::string(real);
  }
  return name;
}

bool is_known_charset(std::string_view label) {
  const std::string name = charset_name(label);
  return name == "us-ascii" || name == "utf-8" || name == "iso-2022-jp" || Iconv(name).known();
}

Result<std::string> to_utf8(std::string_view bytes, std::string_view label) {
  const std::string name = charset_name(label);
  const bool plain = name == "us-ascii" || name == "utf-8";
  if ((plain || (ascii_is_itself(name) && is_known_charset(name))) && is_ascii(bytes)) {
    return std::string(bytes);
  }
  if (name == "utf-8" && is_utf8(bytes)) return std::string(bytes);
  if (plain) return fail(ErrorCode::Syntax, "bytes that are no " + name);
  return convert(bytes, name, Mode::Strict);
}

std::string to_utf8_lossy(std::string_view bytes, std::string_view label) {
  const std::string name = charset_name(label);
  // Nearly any bytes are text in it: whether the label is true the bytes themselves must tell.
  if (name == "windows-1252" && is_utf8(bytes)) return std::string(bytes);
  if (auto strict = to_utf8(bytes, name)) return std::move(*strict);
  // Mail that says UTF-7 is mostly plain ASCII in which a "+" means a plus.
  if ((!is_ascii(bytes) || name == "utf-7") && is_utf8(bytes)) return std::string(bytes);
  if (name != "us-ascii" && name != "utf-8") {
    if (auto lossy = convert(bytes, name, Mode::Lossy)) return std::move(*lossy);
  }
  return to_valid_utf8(bytes);
}

}  // namespace hagaki::mime
