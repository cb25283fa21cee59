#include "mime/transfer_encoding.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "base/ascii.h"
#include "base/byte_set.h"

namespace hagaki::mime {
namespace {

constexpr std::size_t kTextLine = 78;
constexpr std::size_t kHardLine = 998;
constexpr std::size_t kEncodedLine = 76;
constexpr char kHex[] = "0123456789ABCDEF";
constexpr char kBase64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// The lines of a text, whichever way they end.
class Lines {
 public:
  explicit Lines(std::string_view text)
      : rest_(text), cr_(text.find('\r') != std::string_view::npos) {}
  [[nodiscard]] bool more() const { return !rest_.empty(); }
  std::string_view next() {
    // find_first_of() calls memchr() for every octet, and only few texts have CRs.
    std::size_t end = 0;
    if (cr_) {
      while (end < rest_.size() && rest_[end] != '\r' && rest_[end] != '\n') ++end;
    } else {
      end = std::min(rest_.find('\n'), rest_.size());
    }
    const std::string_view line = rest_.substr(0, end);
    rest_.remove_prefix(end);
    if (!rest_.empty()) rest_.remove_prefix(rest_.starts_with("\r\n") ? 2 : 1);
    return line;
  }

 private:
  std::string_view rest_;
  bool cr_;
};

/// Whether an octet has no place in 7bit text: a control character but the tab, or not ASCII.
bool is_odd(unsigned char c) {
  return c < 32 ? c != '\t' : c >= 127;
}

/// Whether an odd octet is there that is not meant: line ends are, and escapes in ISO-2022-JP.
bool has_odd(std::string_view text, TextForm form) {
  const unsigned char escape = form == TextForm::Iso2022Jp ? 0x1B : '\n';
  unsigned char odd = 0;
  // No way out in the middle, so that it can take many octets at once.
  for (const char ch : text) {
    const auto c = static_cast<unsigned char>(ch);
    const bool meant = (c == '\t') | (c == '\n') | (c == '\r') | (c == escape);
    odd |= static_cast<unsigned char>(((c < 32) | (c >= 127)) & !meant);
  }
  return odd != 0;
}

/// Whether relays and mailboxes leave a line as it is.
bool is_safe(std::string_view line, TextForm form) {
  if (line.size() > (form == TextForm::Iso2022Jp ? kHardLine : kTextLine)) return false;
  if (form == TextForm::Plain && (line.ends_with(' ') || line.ends_with('\t'))) return false;
  // "=_" opens every boundary that we write, so plain text that holds it is encoded.
  return !line.starts_with("From ") && !line.starts_with("--=_");
}

/// Octets that quoted-printable has to escape.
std::size_t count_escaped(std::string_view text) {
  std::size_t escaped = 0;
  for (const char ch : text) {
    const auto c = static_cast<unsigned char>(ch);
    if (c == '\n' || c == '\r') continue;
    if (is_odd(c) || c == '=') ++escaped;
  }
  return escaped;
}

/// What quoted-printable leaves as it is, but for blanks at the end of a line.
constexpr ByteSet kLiteral(
    "\t "
    "!\"#$%&'()*+,-./"
    "0123456789:;<>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~");

/// The octets of one line in quoted-printable, soft breaks included.
void append_qp_line(std::string& out, std::string_view line) {
  // A soft break needs one column for its "=", unless nothing of the line follows.
  constexpr std::size_t kBroken = kEncodedLine - 1;
  std::size_t column = 0;
  const auto soft_break = [&] {
    out += "=\r\n";
    column = 0;
  };
  const std::size_t literal_end = line.size() - (!line.empty() && is_blank(line.back()) ? 1 : 0);
  std::size_t at = 0;
  // A line that mailboxes or relays would take for something else.
  bool escape = line.starts_with("From ") || line == ".";
  while (at < line.size()) {
    const std::size_t most = std::min(literal_end, at + kEncodedLine);
    std::size_t end = at;
    while (!escape && end < most && kLiteral.has(line[end])) ++end;
    if (end == at) {
      escape = false;
      const auto c = static_cast<unsigned char>(line[at++]);
      if (column + 3 > (at == line.size() ? kEncodedLine : kBroken)) soft_break();
      out += {'=', kHex[c >> 4], kHex[c & 15]};
      column += 3;
      continue;
    }
    const bool fits = end == line.size() && column + (end - at) <= kEncodedLine;
    const std::size_t size = fits ? end - at : std::min(end - at, kBroken - column);
    if (size == 0) {
      soft_break();
      continue;
    }
    out += line.substr(at, size);
    column += size;
    at += size;
  }
}

}  // namespace

std::string_view transfer_encoding_name(TransferEncoding encoding) {
  switch (encoding) {
    case TransferEncoding::SevenBit:
      return "7bit";
    case TransferEncoding::QuotedPrintable:
      return "quoted-printable";
    case TransferEncoding::Base64:
      break;
  }
  return "base64";
}

TransferEncoding best_encoding(std::string_view text, TextForm form) {
  bool plain = !has_odd(text, form);
  for (Lines lines(text); plain && lines.more();) plain = is_safe(lines.next(), form);
  if (plain) return TransferEncoding::SevenBit;
  if (form == TextForm::Iso2022Jp) return TransferEncoding::Base64;
  // Quoted-printable adds two octets an escape, base64 a third of everything.
  return count_escaped(text) * 6 <= text.size() + 64 ? TransferEncoding::QuotedPrintable
                                                     : TransferEncoding::Base64;
}

void append_crlf_lines(std::string& out, std::string_view text) {
  std::size_t at = out.size();
  out.resize(at + text.size() + text.size() / 32 + 2);
  for (Lines lines(text); lines.more();) {
    const std::string_view line = lines.next();
    const std::size_t end = at + line.size();
    if (end + 2 > out.size()) out.resize(2 * (end + 2));
    std::memcpy(out.data() + at, line.data(), line.size());
    out[end] = '\r';
    out[end + 1] = '\n';
    at = end + 2;
  }
  out.resize(at);
}

void append_quoted_printable(std::string& out, std::string_view text) {
  for (Lines lines(text); lines.more();) {
    append_qp_line(out, lines.next());
    out += "\r\n";
  }
}

void append_base64(std::string& out, std::string_view data, std::size_t line_length) {
  const std::size_t bytes_a_line = line_length == 0 ? data.size() : line_length / 4 * 3;
  while (!data.empty()) {
    std::string_view line = data.substr(0, bytes_a_line);
    data.remove_prefix(line.size());
    const std::size_t at = out.size();
    out.resize(at + (line.size() + 2) / 3 * 4);
    char* to = out.data() + at;
    const auto byte = [&line](std::size_t i) {
      return static_cast<std::uint32_t>(static_cast<unsigned char>(line[i]));
    };
    std::size_t i = 0;
    for (; i + 3 <= line.size(); i += 3) {
      const std::uint32_t bits = byte(i) << 16 | byte(i + 1) << 8 | byte(i + 2);
      *to++ = kBase64[bits >> 18];
      *to++ = kBase64[bits >> 12 & 63];
      *to++ = kBase64[bits >> 6 & 63];
      *to++ = kBase64[bits & 63];
    }
    if (i < line.size()) {
      const bool two = i + 2 == line.size();
      const std::uint32_t bits = byte(i) << 16 | (two ? byte(i + 1) << 8 : 0);
      *to++ = kBase64[bits >> 18];
      *to++ = kBase64[bits >> 12 & 63];
      *to++ = two ? kBase64[bits >> 6 & 63] : '=';
      *to++ = '=';
    }
    if (line_length != 0) out += "\r\n";
  }
}

void append_encoded_text(std::string& out, std::string_view text, TransferEncoding encoding) {
  switch (encoding) {
    case TransferEncoding::SevenBit:
      append_crlf_lines(out, text);
      return;
    case TransferEncoding::QuotedPrintable:
      append_quoted_printable(out, text);
      return;
    case TransferEncoding::Base64:
      break;
  }
  std::string lines;
  lines.reserve(text.size() + text.size() / 16 + 2);
  append_crlf_lines(lines, text);
  append_base64(out, lines);
}

}  // namespace hagaki::mime
