#include "mime/reader.h"

#include <algorithm>

#include "base/find_text.h"
#include "base/limits.h"
#include "base/text.h"
#include "mime/charset.h"
#include "mime/decode.h"

namespace hagaki::mime {
namespace {

constexpr std::size_t kUsualParts = 8;

enum class Transfer { Identity, Base64, QuotedPrintable };

Transfer transfer_of(const Headers& headers) {
  const auto value = headers.get("content-transfer-encoding");
  if (ascii_istarts_with(value, "base64")) return Transfer::Base64;
  if (ascii_istarts_with(value, "quoted-printable")) return Transfer::QuotedPrintable;
  return Transfer::Identity;
}

bool is_message_type(std::string_view type) {
  return type == "message/rfc822" || type == "message/global" || type == "message/news";
}

/// Finds the delimiter lines of one boundary in a multipart body (RFC 2046 §5.1.1).
class Delimiters {
 public:
  Delimiters(std::string_view body, std::string_view boundary, char line_end)
      : body_(body), mark_("--" + std::string(boundary)), line_end_(line_end) {}

  /// The next delimiter line: where it begins, where the next line does, whether it is the last.
  bool next(std::size_t& begin, std::size_t& after, bool& last) {
    for (std::size_t at = find_text(body_, mark_, pos_); at != std::string_view::npos;
         at = find_text(body_, mark_, at + 1)) {
      std::size_t line = at;  // blanks before a delimiter are an old gateway's doing
      while (line > 0 && body_[line - 1] == ' ') --line;
      // Only the end that is searched for below: marks within one line must not each search on.
      if (line > 0 && body_[line - 1] != line_end_) continue;
      std::size_t end = body_.find(line_end_, at);
      if (end == std::string_view::npos) end = body_.size();
      auto tail = body_.substr(at + mark_.size(), end - at - mark_.size());
      last = tail.starts_with("--");
      if (last) tail.remove_prefix(2);
      // A longer boundary that begins with this one is another one.
      if (tail.find_first_not_of(" \t\r") != std::string_view::npos) continue;
      begin = line;
      after = pos_ = std::min(end + 1, body_.size());
      return true;
    }
    return false;
  }

 private:
  std::string_view body_;
  std::string mark_;
  char line_end_;
  std::size_t pos_ = 0;
};

/// The line end before a delimiter belongs to the delimiter.
std::string_view without_last_line_end(std::string_view s) {
  if (!s.empty() && s.back() == '\n') s.remove_suffix(1);
  if (!s.empty() && s.back() == '\r') s.remove_suffix(1);
  return s;
}

/// What the body itself shows as boundary: its first line that begins with "--".
std::string shown_boundary(std::string_view body, LineEnds ends) {
  Lines lines(body.substr(0, 4096), ends);
  std::string_view line;
  while (lines.next(line)) {
    if (line.size() > 4 && line.size() <= 72 && line.starts_with("--")) {
      return std::string(trim(line.substr(2)));
    }
  }
  return {};
}

}  // namespace

std::string_view Part::bytes(std::string& buffer) const {
  switch (transfer_of(headers)) {
    case Transfer::Identity:
      return body;
    case Transfer::Base64:
      buffer = decode_base64(body);
      break;
    case Transfer::QuotedPrintable:
      buffer = decode_quoted_printable(body);
      break;
  }
  return buffer;
}

std::string_view Part::text(std::string& buffer) const {
  const auto raw = bytes(buffer);
  const std::string charset = charset_name(type.parameter("charset"));
  const bool in_place = charset == "utf-8" || charset == "us-ascii" || charset == "windows-1252";
  if (in_place && is_utf8(raw)) return raw;  // as to_utf8_lossy() gives it
  buffer = to_utf8_lossy(raw, charset);
  return buffer;
}

Message Message::parse(std::string_view bytes) {
  Message message;
  message.parts_.reserve(kUsualParts);
  message.add(bytes, line_ends_of(bytes), 0, "text/plain");
  return message;
}

std::size_t Message::add(std::string_view bytes, LineEnds ends, std::size_t depth,
                         std::string_view default_type) {
  const std::size_t index = parts_.size();
  parts_.emplace_back();
  {
    Part& part = parts_.back();
    std::size_t body_at = 0;
    part.headers = Headers::parse(bytes, ends, body_at);
    part.body = bytes.substr(body_at);
    part.line_ends = ends;
    part.depth = depth;
    const auto type = part.headers.find("content-type");
    if (type) {
      part.type = parse_content_type(*type);
    } else {
      part.type.type = default_type;
    }
    if (body_at >= limits::kHeaderBytes) limited_ = true;
  }
  divide(index);
  return index;
}

void Message::divide(std::size_t index) {
  const bool message = is_message_type(parts_[index].type.type);
  const bool multipart = parts_[index].type.is("multipart");
  if (!message && !multipart) return;
  if (parts_[index].depth + 1 >= limits::kMimeDepth || parts_.size() >= limits::kMimeParts) {
    limited_ = true;
    return;
  }
  if (multipart) {
    divide_multipart(index);
    return;
  }
  std::string_view inner = parts_[index].body;
  if (transfer_of(parts_[index].headers) != Transfer::Identity) {
    decoded_.push_back(std::make_unique<std::string>());
    inner = parts_[index].bytes(*decoded_.back());
  }
  // Some systems put a blank line between the part's fields and the mail's.
  const auto first = inner.find_first_not_of("\r\n");
  inner.remove_prefix(std::min(first, inner.size()));
  const auto child = add(inner, line_ends_of(inner), parts_[index].depth + 1, "text/plain");
  parts_[index].children.push_back(child);
}

void Message::divide_multipart(std::size_t index) {
  const std::string_view body = parts_[index].body;
  const LineEnds ends = parts_[index].line_ends;
  const std::size_t depth = parts_[index].depth + 1;
  const char line_end = ends == LineEnds::Lf ? '\n' : '\r';
  const std::string_view default_type =
      parts_[index].type.type == "multipart/digest" ? "message/rfc822" : "text/plain";
  const auto boundary = parts_[index].type.parameter("boundary");
  Delimiters delimiters(body, boundary, line_end);
  std::size_t begin = 0;
  std::size_t after = 0;
  bool last = false;
  if (boundary.empty() || !delimiters.next(begin, after, last)) {
    const auto shown = shown_boundary(body, ends);
    delimiters = Delimiters(body, shown, line_end);
    if (shown.empty() || !delimiters.next(begin, after, last)) return;
  }
  while (!last) {
    const std::size_t part_begin = after;
    std::size_t part_end = body.size();
    const bool more = delimiters.next(begin, after, last);
    if (more) part_end = begin;
    if (parts_.size() >= limits::kMimeParts) {
      limited_ = true;
      return;
    }
    auto bytes = body.substr(part_begin, part_end - part_begin);
    if (more) bytes = without_last_line_end(bytes);
    const auto child = add(bytes, ends, depth, default_type);
    parts_[index].children.push_back(child);
    if (!more) return;
  }
}

}  // namespace hagaki::mime
