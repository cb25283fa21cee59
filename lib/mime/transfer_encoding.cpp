#include "mime/transfer_encoding.h"

#include <array>
#include <cstdint>

namespace hagaki::mime {
namespace {

constexpr std::size_t kTextLine = 78;
constexpr std::size_t kEncodedLine = 76;
constexpr char kHex[] = "0123456789ABCDEF";
constexpr char kBase64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// One line of text and what comes after its line end.
struct LineCut {
  std::string_view line;
  std::string_view rest;
};

LineCut cut_line(std::string_view text) {
  // find_first_of() calls memchr() for every octet.
  std::size_t end = 0;
  while (end < text.size() && text[end] != '\r' && text[end] != '\n') ++end;
  if (end == text.size()) return {text, {}};
  const std::size_t skip = text.substr(end, 2) == "\r\n" ? 2 : 1;
  return {text.substr(0, end), text.substr(end + skip)};
}

bool qp_literal(unsigned char c) {
  return c >= 33 && c <= 126 && c != '=';
}

/// The octets of one line in quoted-printable, soft breaks included.
void append_qp_line(std::string& out, std::string_view line) {
  std::size_t column = 0;
  const auto put = [&](std::string_view token, bool last) {
    // A soft break needs one column for its "=", unless this is the last token of the line.
    if (column + token.size() > (last ? kEncodedLine : kEncodedLine - 1)) {
      out += "=\r\n";
      column = 0;
    }
    out += token;
    column += token.size();
  };
  const bool from = line.starts_with("From ");
  const bool dot = line == ".";
  for (std::size_t i = 0; i < line.size(); ++i) {
    const auto c = static_cast<unsigned char>(line[i]);
    const bool last = i + 1 == line.size();
    const bool blank = (c == ' ' || c == '\t') && !last;
    if ((qp_literal(c) || blank) && !(i == 0 && (from || dot))) {
      put(line.substr(i, 1), last);
    } else {
      const std::array<char, 3> token{'=', kHex[c >> 4], kHex[c & 15]};
      put({token.data(), token.size()}, last);
    }
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

TransferEncoding best_encoding(std::string_view text) {
  std::size_t escaped = 0;
  bool plain = true;
  for (std::string_view rest = text; !rest.empty();) {
    const LineCut cut = cut_line(rest);
    for (const char ch : cut.line) {
      const auto c = static_cast<unsigned char>(ch);
      if (c < 32 ? c != '\t' : c >= 127) {
        plain = false;
        ++escaped;
      } else if (c == '=') {
        ++escaped;
      }
    }
    // "=_" opens every boundary that we write, so plain text that holds it is encoded.
    if (cut.line.size() > kTextLine || cut.line.starts_with("From ") || cut.line.ends_with(' ') ||
        cut.line.ends_with('\t') || cut.line.starts_with("--=_")) {
      plain = false;
    }
    rest = cut.rest;
  }
  if (plain) return TransferEncoding::SevenBit;
  // Quoted-printable adds two octets an escape, base64 a third of everything.
  return escaped * 6 <= text.size() + 64 ? TransferEncoding::QuotedPrintable
                                         : TransferEncoding::Base64;
}

void append_crlf_lines(std::string& out, std::string_view text) {
  while (!text.empty()) {
    const LineCut cut = cut_line(text);
    out += cut.line;
    out += "\r\n";
    text = cut.rest;
  }
}

void append_quoted_printable(std::string& out, std::string_view text) {
  while (!text.empty()) {
    const LineCut cut = cut_line(text);
    append_qp_line(out, cut.line);
    out += "\r\n";
    text = cut.rest;
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
