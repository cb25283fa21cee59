#include <fmt/core.h>

#include "base/text.h"
#include "preflight/subject.h"

namespace hagaki::preflight {
namespace {

constexpr std::size_t kLine = 998;  // RFC 5322 §2.1.1, without CRLF

/// What is wrong with the ends of lines: a message that is stored with LF is sent with CRLF, so LF
/// alone is wrong only beside CRLF.
struct Ends {
  std::size_t crlf = 0;
  std::size_t bare_lf = 0;
  std::size_t bare_cr = 0;
  std::size_t longest = 0;
  std::size_t longest_number = 0;  // of the line, from 1
};

Ends look_at(std::string_view bytes) {
  Ends out;
  std::size_t begin = 0;
  std::size_t number = 0;
  const auto end_line = [&](std::size_t end) {
    ++number;
    if (end - begin > out.longest) {
      out.longest = end - begin;
      out.longest_number = number;
    }
  };
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    if (bytes[at] == '\r') {
      if (at + 1 < bytes.size() && bytes[at + 1] == '\n') {
        ++out.crlf;
        end_line(at);
        begin = ++at + 1;
      } else {
        ++out.bare_cr;
      }
    } else if (bytes[at] == '\n') {
      ++out.bare_lf;
      end_line(at);
      begin = at + 1;
    }
  }
  if (begin < bytes.size()) end_line(bytes.size());
  return out;
}

/// Octets of `part` that its transfer encoding does not allow for (RFC 2045 §6.2).
bool undeclared_8bit(const mime::Part& part) {
  if (!part.children.empty() || is_ascii(part.body)) return false;
  const auto encoding = trim(part.headers.get("Content-Transfer-Encoding"));
  return !ascii_istarts_with(encoding, "8bit") && !ascii_istarts_with(encoding, "binary");
}

}  // namespace

void check_octets(const Subject& subject) {
  const Ends ends = look_at(subject.bytes);
  if (ends.longest > kLine) {
    subject.found("long-line",
                  fmt::format("line {} has {} octets", ends.longest_number, ends.longest));
  }
  if (ends.bare_cr > 0) subject.found("bare-line-end", counted(ends.bare_cr, "CR") + " without LF");
  if (ends.crlf > 0 && ends.bare_lf > 0) {
    subject.found("bare-line-end", counted(ends.bare_lf, "LF") + " without CR");
  }
  if (const auto nul = subject.bytes.find('\0'); nul != std::string_view::npos) {
    subject.found("nul", fmt::format("octet {}", nul));
  }
  // As it is sent, each line ends with CRLF.
  const std::size_t size = subject.bytes.size() + (ends.crlf == 0 ? ends.bare_lf : 0);
  if (size > subject.context.message_limit) {
    subject.found("message-too-big",
                  fmt::format("{} octets of {}", size, subject.context.message_limit));
  }
  for (const mime::Part& part : subject.mail.parts()) {
    if (undeclared_8bit(part))
      subject.found("8bit-body", printable(utf8_prefix(part.type.type, 60)));
  }
}

}  // namespace hagaki::preflight
