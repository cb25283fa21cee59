#include "mime/mbox.h"

#include <algorithm>

#include "base/limits.h"
#include "base/text.h"
#include "mime/headers.h"

namespace hagaki::mime {
namespace {

constexpr std::size_t kChunk = 64u << 10;
constexpr std::size_t kNone = std::string_view::npos;
constexpr std::size_t kLongestSeparator = 1000;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool has_time_of_day(std::string_view line) {
  for (std::size_t i = 1; i + 2 < line.size(); ++i) {
    if (line[i] == ':' && is_digit(line[i - 1]) && is_digit(line[i + 1]) && is_digit(line[i + 2])) {
      return true;
    }
  }
  return false;
}

bool has_year(std::string_view line) {
  for (const auto word : split(line, ' ')) {
    if (word.size() == 4 && std::all_of(word.begin(), word.end(), is_digit)) return true;
  }
  return false;
}

std::string_view line_at(std::string_view s, std::size_t at) {
  return s.substr(at, s.find_first_of("\r\n", at) - at);
}

}  // namespace

bool is_mbox_separator(std::string_view line) {
  return line.starts_with("From ") && line.size() < kLongestSeparator && has_time_of_day(line) &&
         has_year(trim(line));
}

MboxReader::MboxReader(std::istream& in) : in_(in) {}

bool MboxReader::fill() {
  if (eof_) return false;
  if (begin_ > 0) {
    buffer_.erase(0, begin_);
    begin_ = 0;
  }
  const std::size_t had = buffer_.size();
  buffer_.resize(had + kChunk);
  in_.read(buffer_.data() + had, static_cast<std::streamsize>(kChunk));
  const auto got = static_cast<std::size_t>(in_.gcount());
  buffer_.resize(had + got);
  if (got < kChunk) eof_ = true;
  return got > 0;
}

/// Offset of the From_ line that ends the mail in buffer_, or kNone where none was seen yet.
/// `checked` is moved to where the next search may begin.
std::size_t MboxReader::find_end(std::size_t from, std::size_t& checked) {
  const std::string_view s = buffer_;
  const std::string mark = std::string(1, line_end_) + "From ";
  for (std::size_t at = s.find(mark, from); at != kNone; at = s.find(mark, at + 1)) {
    // The whole line must be here before it can be judged.
    if (s.find(line_end_, at + 1) == kNone && !eof_) {
      checked = at;
      return kNone;
    }
    const auto before = s.substr(0, at);
    const bool blank_line =
        before.ends_with(line_end_) || before.ends_with("\n\r") || before == "\r";
    if (blank_line && is_mbox_separator(line_at(s, at + 1))) return at + 1;
  }
  checked = s.size() < 6 ? 0 : s.size() - 6;
  return kNone;
}

/// End of the mail by its Content-Length, or kNone where that leads nowhere.
std::size_t MboxReader::end_by_length() {
  const std::string_view s = std::string_view(buffer_).substr(begin_);
  std::size_t body_at = 0;
  const auto ends = line_end_ == '\r' ? LineEnds::Cr : LineEnds::Lf;
  const auto headers = Headers::parse(s, ends, body_at);
  const auto length = parse_unsigned(trim(headers.get("content-length")), limits::kMailBytes);
  if (!length) return kNone;
  const std::size_t end = begin_ + body_at + static_cast<std::size_t>(*length);
  if (end > buffer_.size()) return kNone;
  const auto next = buffer_.find_first_not_of("\r\n", end);
  if (next == std::string::npos) return eof_ ? buffer_.size() : kNone;
  const bool line_begin = next > 0 && buffer_[next - 1] == line_end_;
  return line_begin && is_mbox_separator(line_at(buffer_, next)) ? next : kNone;
}

/// Judges by the first line what this is. What stands before a From_ line is no mail.
void MboxReader::begin() {
  fill();
  std::size_t at = buffer_.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0;
  for (;;) {
    while (at < buffer_.size() && (buffer_[at] == '\r' || buffer_[at] == '\n')) ++at;
    // The whole line must be here before it can be judged.
    const bool whole = buffer_.size() - at >= kLongestSeparator;
    if (whole || buffer_.size() > limits::kMailBytes || !fill()) break;
  }
  mbox_ = is_mbox_separator(line_at(buffer_, at));
  if (!mbox_) return;
  begin_ = at;
  const auto end = buffer_.find_first_of("\r\n", at);
  if (end != kNone && buffer_[end] == '\r' && end + 1 < buffer_.size() &&
      buffer_[end + 1] != '\n') {
    line_end_ = '\r';
  }
}

Result<std::optional<std::string_view>> MboxReader::next() {
  if (!started_) {
    started_ = true;
    begin();
  }
  if (begin_ >= buffer_.size() && !fill()) {
    if (in_.bad()) return fail(ErrorCode::Io, "reading failed");
    return std::optional<std::string_view>();
  }
  if (mbox_) {  // the mail's own From_ line
    std::size_t end = buffer_.find(line_end_, begin_);
    while (end == std::string::npos && fill()) end = buffer_.find(line_end_, begin_);
    begin_ = end == std::string::npos ? buffer_.size() : end + 1;
  }
  bool too_long = false;
  std::size_t checked = begin_;
  for (;;) {
    std::size_t end = mbox_ && !too_long ? end_by_length() : kNone;
    if (end == kNone && mbox_) end = find_end(checked > 0 ? checked - 1 : 0, checked);
    if (end == kNone && eof_) end = buffer_.size();
    if (end != kNone) {
      const auto mail = std::string_view(buffer_).substr(begin_, end - begin_);
      begin_ = end;
      if (too_long || mail.size() > limits::kMailBytes) {
        return fail(ErrorCode::Limit,
                    "mail larger than " + std::to_string(limits::kMailBytes >> 20) + " MiB");
      }
      return std::optional<std::string_view>(mail);
    }
    if (buffer_.size() - begin_ > limits::kMailBytes) {  // forget what cannot be given out
      too_long = true;
      begin_ = std::max(begin_, buffer_.size() - std::min<std::size_t>(buffer_.size(), 4096));
      checked = begin_;
    }
    const std::size_t shift = begin_;
    fill();
    checked = checked > shift ? checked - shift : 0;
  }
}

}  // namespace hagaki::mime
