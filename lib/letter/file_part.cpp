#include "letter/file_part.h"

#include <fmt/core.h>

#include "base/text.h"
#include "letter/media_type.h"
#include "mime/parameters.h"
#include "mime/transfer_encoding.h"

namespace hagaki::letter {
namespace {

constexpr std::size_t kLine = 998;  // RFC 5322 §2.1.1

Result<void> check_name(const std::string& name) {
  const auto wrong = [&name](std::string_view what) {
    return fail(ErrorCode::Syntax, fmt::format("the file name \"{}\" {}", printable(name), what));
  };
  if (name.empty()) return fail(ErrorCode::Syntax, "a file without a name");
  if (!is_utf8(name)) return wrong("is not UTF-8");
  if (printable(name) != name) return wrong("holds a control character");
  if (name.find('/') != std::string::npos) return wrong("holds a slash");
  return {};
}

/// Whether a mail may stand in another as it is: a mail has no transfer encoding of its own there
/// but 7bit (RFC 2046 §5.2.1, where we write nothing else).
bool is_plain_mail(std::string_view bytes) {
  std::size_t line = 0;
  for (const char c : bytes) {
    if (static_cast<unsigned char>(c) >= 0x80 || c == '\0') return false;
    line = c == '\n' ? 0 : line + 1;
    if (line > kLine) return false;
  }
  // Nor may a line in it read as one of our boundaries.
  return bytes.find("--=_") == std::string_view::npos;
}

Result<std::string> part(const File& file, std::string_view disposition,
                         const std::string& content_id) {
  if (auto checked = check_name(file.name); !checked) return tl::unexpected<Error>(checked.error());
  std::string_view type = media_type(file.name);
  const bool mail = type == "message/rfc822";
  const bool plain = mail && is_plain_mail(file.bytes);
  if (mail && !plain) type = "application/octet-stream";
  std::string out = fmt::format("Content-Type: {}", type);
  if (type.starts_with("text/") && !is_ascii(file.bytes) && is_utf8(file.bytes)) {
    mime::append_parameter(out, "charset", "utf-8");
  }
  mime::append_parameter(out, "name", file.name);
  out += "\r\n";
  if (!content_id.empty()) out += fmt::format("Content-ID: <{}>\r\n", content_id);
  out += fmt::format("Content-Disposition: {}", disposition);
  mime::append_parameter(out, "filename", file.name);
  out += fmt::format("\r\nContent-Transfer-Encoding: {}\r\n\r\n", plain ? "7bit" : "base64");
  if (plain) {
    mime::append_crlf_lines(out, file.bytes);
  } else {
    mime::append_base64(out, file.bytes);
  }
  return out;
}

}  // namespace

Result<std::string> attachment_part(const File& file) {
  return part(file, "attachment", {});
}

Result<std::string> inline_part(const File& file, const std::string& content_id) {
  return part(file, "inline", content_id);
}

}  // namespace hagaki::letter
