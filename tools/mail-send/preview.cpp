#include "preview.h"

#include <algorithm>

#include <fmt/core.h>

#include "base/text.h"
#include "mime/reader.h"
#include "mime/words.h"

using namespace hagaki;

namespace {

/// What only programs read.
bool is_machinery(std::string_view name) {
  const std::string lower = ascii_lower(name);
  return lower.starts_with("content-") || lower == "mime-version" || lower == "dkim-signature";
}

/// A text in lines, each safe for a terminal.
void append_text(std::string& out, std::string_view text) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    std::size_t at = 0;
    for (const std::string_view piece : split(line, '\t')) {
      if (at++ > 0) out += "    ";
      out += printable(piece);
    }
    out += '\n';
  }
}

bool is_file(const mime::Part& part) {
  return !part.type.parameter("name").empty();
}

}  // namespace

std::string readable(const delivery::Message& message) {
  const auto mail = mime::Message::parse(message.data);
  std::string out = fmt::format("Envelope sender: {}\n", printable(message.envelope_sender));
  for (const auto& field : mail.headers().fields()) {
    if (is_machinery(field.name)) continue;
    out +=
        fmt::format("{}: {}\n", printable(field.name), printable(mime::decode_words(field.value)));
  }
  out += '\n';
  std::string buffer;
  for (const mime::Part& part : mail.parts()) {
    if (part.type.type != "text/plain" || is_file(part)) continue;
    append_text(out, part.text(buffer));
    break;
  }
  out += '\n';
  std::size_t attached = mail.parts().size();  // depth of a mail that is a file: nothing below it
  for (const mime::Part& part : mail.parts()) {
    if (part.depth > attached) continue;
    attached = mail.parts().size();
    if (part.type.is("multipart")) continue;
    if (part.type.type == "message/rfc822") attached = part.depth;
    const std::string_view name = part.type.parameter("name");
    out += fmt::format("[{}{}{}, {} bytes]\n", printable(part.type.type), name.empty() ? "" : ", ",
                       printable(name), part.bytes(buffer).size());
  }
  return out;
}
