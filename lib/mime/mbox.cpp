#include "mime/mbox.h"

#include <algorithm>
#include <cstring>

#include "base/ascii.h"
#include "base/find_text.h"
#include "base/text.h"
#include "mime/content_type.h"
#include "mime/headers.h"

namespace hagaki::mime {
namespace {

constexpr std::size_t kChunk = 256u << 10;
constexpr std::size_t kNone = std::string_view::npos;
constexpr std::size_t kLongestSeparator = 1000;
constexpr std::size_t kLookAhead = 1u << 20;  // for the end of a multipart, bytes
constexpr int kMailsAhead = 8;                // and From_ lines
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::string_view kFrom = "From ";

bool has_time_of_day(std::string_view line) {
  for (std::size_t i = 1; i + 2 < line.size(); ++i) {
    if (line[i] == ':' && is_digit(line[i - 1]) && is_digit(line[i + 1]) && is_digit(line[i + 2])) {
      return true;
    }
  }
  return false;
}

bool has_year(std::string_view line) {
  while (!line.empty()) {
    const auto word = line.substr(0, line.find(' '));
    if (word.size() == 4 && std::all_of(word.begin(), word.end(), is_digit)) return true;
    line.remove_prefix(std::min(word.size() + 1, line.size()));
  }
  return false;
}

std::string_view line_at(std::string_view s, std::size_t at) {
  return s.substr(at, s.find_first_of("\r\n", at) - at);
}

bool is_line_end(char c) {
  return c == '\n' || c == '\r';
}

/// Whether `at` is where a line of `s` begins.
bool begins_line(std::string_view s, std::size_t at) {
  return at == 0 || is_line_end(s[at - 1]);
}

/// Whether the line `close` of a multipart begins in `s` at or behind `from`.
bool has_close(std::string_view s, const std::string& close, std::size_t from) {
  for (auto at = find_text(s, close, from); at != kNone; at = find_text(s, close, at + 1)) {
    if (begins_line(s, at)) return true;
  }
  return false;
}

}  // namespace

/// What the header section of a mail says of its end.
struct MboxReader::Shape {
  std::size_t body_at = 0;
  std::optional<std::size_t> length;  // Content-Length
  // Content-Type of a multipart: where it is in rest(), and how long, which is 0 where there is
  // none.
  std::size_t type_at = 0;
  std::size_t type_length = 0;
  std::optional<std::string> boundary;  // of it, once it was asked for
  std::size_t open_until = 0;           // up to here in rest() its closing line does not begin
};

bool is_mbox_separator(std::string_view line) {
  return line.starts_with(kFrom) && line.size() < kLongestSeparator && has_time_of_day(line) &&
         has_year(trim(line));
}

std::size_t unquote_from_lines(char* bytes, std::size_t length) {
  const std::string_view s(bytes, length);
  std::size_t written = 0;
  std::size_t copied = 0;
  const auto copy_to = [&](std::size_t end) {
    if (written != copied) std::memmove(bytes + written, bytes + copied, end - copied);
    written += end - copied;
    copied = end;
  };
  // What is behind `at` has not moved yet, so it can be searched where it was.
  for (auto at = find_text(s, ">From ", 0); at != kNone; at = find_text(s, ">From ", at + 1)) {
    auto first = at;
    while (first > copied && s[first - 1] == '>') --first;
    if (first != 0 && !is_line_end(first > copied ? s[first - 1] : '\n')) continue;
    copy_to(at);
    ++copied;
  }
  copy_to(length);
  return written;
}

MboxReader::MboxReader(std::istream& in, std::size_t most) : in_(&in), most_(most) {}

MboxReader::MboxReader(std::string_view whole, std::size_t most)
    : most_(most), data_(whole), eof_(true) {}

bool MboxReader::fill() {
  if (eof_) return false;
  if (before_read_) before_read_();
  // What was handed out goes when it is much: each time moves all that is still to come.
  if (begin_ > 0 && begin_ >= std::min(buffer_.size() / 2, kLookAhead)) {
    buffer_.erase(0, begin_);
    begin_ = 0;
  }
  const std::size_t had = buffer_.size();
  // Takes what one read gave: a slow pipe is not waited on for more.
  if (in_->peek() == std::istream::traits_type::eof()) {
    eof_ = true;
    data_ = buffer_;
    return false;
  }
  const auto ready =
      static_cast<std::size_t>(std::max<std::streamsize>(in_->rdbuf()->in_avail(), 1));
  buffer_.resize(had + std::min(ready, kChunk));
  in_->read(buffer_.data() + had, static_cast<std::streamsize>(buffer_.size() - had));
  buffer_.resize(had + static_cast<std::size_t>(in_->gcount()));
  data_ = buffer_;
  return true;
}

/// Reads until `length` bytes are there behind begin_, or all.
bool MboxReader::fill_to(std::size_t length) {
  while (data_.size() - begin_ < length) {
    if (!fill()) return false;
  }
  return true;
}

/// Judges by the first line what this is. What stands before a From_ line is no mail.
void MboxReader::begin() {
  const std::size_t most = std::max(most_, kChunk);
  std::size_t at = 0;
  const auto begins_with = [&](std::string_view text) {  // as far as it is there
    const auto known = std::min(data_.size() - at, text.size());
    return data_.substr(at, known) == text.substr(0, known);
  };
  for (;;) {
    if (at == 0 && begins_with(kByteOrderMark) && data_.size() >= kByteOrderMark.size()) {
      at = kByteOrderMark.size();
    }
    while (at < data_.size() && is_line_end(data_[at])) ++at;
    // A From_ line must be here whole before it can be judged.
    if (!begins_with(kFrom) && !(at == 0 && begins_with(kByteOrderMark))) break;
    if (data_.size() - at >= kLongestSeparator || data_.size() > most || !fill()) break;
  }
  mbox_ = is_mbox_separator(line_at(data_, at));
  if (!mbox_) return;
  begin_ = at;
  const auto end = data_.find_first_of("\r\n", at);
  if (end != kNone && data_[end] == '\r' && end + 1 < data_.size() && data_[end + 1] != '\n') {
    line_end_ = '\r';
  }
}

/// Passes over the mail's own From_ line.
void MboxReader::skip_line() {
  auto end = data_.find(line_end_, begin_);
  while (end == kNone && fill()) end = data_.find(line_end_, begin_);
  begin_ = end == kNone ? data_.size() : end + 1;
}

/// Offset in rest() of the first line behind `from` that looks like a From_ line behind a blank
/// one. Where there is none, `from` moves to where the search goes on when more was read. `quoted`
/// becomes true where lines may have got a ">" on the way.
std::optional<std::size_t> MboxReader::find_candidate(std::size_t& from, bool& quoted) const {
  const auto s = rest();
  // Lines are short: a look at the begin of each takes less than a search for the word.
  for (auto at = s.find(line_end_, from); at != kNone; at = s.find(line_end_, at + 1)) {
    const auto line = s.substr(at + 1, kLongestSeparator);
    if (!line.empty() && line[0] != 'F' && line[0] != '>') continue;
    // The whole line must be here before it can be judged; a longer one is no From_ line.
    const bool here = line.size() == kLongestSeparator || line.find(line_end_) != kNone;
    if (!here && !eof_) {
      from = at;
      return std::nullopt;
    }
    if (line.starts_with('>')) {
      quoted = quoted ||
               line.substr(std::min(line.find_first_not_of('>'), line.size())).starts_with(kFrom);
      continue;
    }
    const auto before = s.substr(0, at);
    const bool blank =
        before.empty() || before.ends_with(line_end_) || before.ends_with("\n\r") || before == "\r";
    if (blank && is_mbox_separator(line_at(s, at + 1))) {
      from = at + 1;
      return at + 1;
    }
  }
  from = std::max(from, s.size() - std::min<std::size_t>(s.size(), 1));
  return std::nullopt;
}

MboxReader::Shape MboxReader::shape_of() const {
  Shape shape;
  Lines lines(rest(), line_end_ == '\r' ? LineEnds::Cr : LineEnds::Lf);
  std::string_view line;
  bool in_type = false;
  while (lines.next(line) && lines.position() <= limits::kHeaderBytes) {
    shape.body_at = lines.position();
    if (line.empty()) break;
    // Behind a ";" a line goes on that has lost its blank on the way (Headers::parse()).
    in_type = in_type && (line[0] == ' ' || line[0] == '\t' ||
                          trim(rest().substr(shape.type_at, shape.type_length)).ends_with(';'));
    if (in_type) shape.type_length = lines.position() - shape.type_at;
    // Headers::parse() would look at every field of every mail a second time.
    if (line[0] != 'C' && line[0] != 'c') continue;
    if (!shape.length && ascii_istarts_with(line, "content-length:")) {
      const auto length = parse_unsigned(trim(line.substr(15)), most_);
      if (length) shape.length = static_cast<std::size_t>(*length);
    } else if (shape.type_length == 0 && ascii_istarts_with(line, "content-type:") &&
               ascii_istarts_with(trim(line.substr(13)), "multipart/")) {
      shape.type_at = lines.begin();
      shape.type_length = lines.position() - lines.begin();
      in_type = true;
    }
  }
  return shape;
}

/// Length of the mail by its Content-Length, where that leads to a From_ line or the end. May read.
std::optional<std::size_t> MboxReader::end_by_length(const Shape& shape) {
  const std::size_t end = shape.body_at + *shape.length;
  fill_to(end + kLongestSeparator + 2);
  const auto s = rest();
  if (end > s.size()) return std::nullopt;
  const auto next = s.find_first_not_of("\r\n", end);
  if (next == kNone) return eof_ ? std::optional(s.size()) : std::nullopt;
  if (next > 0 && s[next - 1] == line_end_ && is_mbox_separator(line_at(s, next))) return next;
  return std::nullopt;
}

/// How far to look behind `candidate` for the end of a multipart: a returned mail may be large, and
/// have a From_ line or a few. Reads as far as that.
std::size_t MboxReader::end_ahead(std::size_t candidate) {
  std::size_t from = candidate;
  bool quoted = false;
  for (int mails = 0; mails < kMailsAhead;) {
    if (find_candidate(from, quoted)) {
      ++mails;
    } else if (rest().size() - candidate >= kLookAhead || !fill()) {
      return std::min(rest().size(), candidate + kLookAhead);
    }
  }
  return std::min(from, candidate + kLookAhead);
}

/// Whether a multipart that is open at `candidate` goes on behind it: what looks like a From_ line
/// there belongs to a mail that is returned in this one. Another mail with the same boundary, which
/// some programs use again and again, declares it first.
bool MboxReader::inside_multipart(Shape& shape, std::size_t candidate) {
  auto before = rest().substr(0, candidate);
  before = before.substr(0, before.find_last_not_of("\r\n") + 1);
  const auto last = trim(before.substr(before.find_last_of("\r\n") + 1));
  if (last.size() > 4 && last.starts_with("--") && last.ends_with("--")) return false;
  if (!shape.boundary) {
    const auto fields = Headers::parse(rest().substr(shape.type_at, shape.type_length));
    shape.boundary = parse_content_type(fields.get("content-type")).parameter("boundary");
  }
  const std::string& boundary = *shape.boundary;
  if (boundary.empty()) return false;
  const std::string close = "--" + boundary + "--";
  if (has_close(before, close, shape.open_until)) return false;
  shape.open_until = before.size() - std::min(before.size(), close.size());
  const auto end = end_ahead(candidate);
  const auto behind = rest().substr(candidate, end - candidate);
  const auto at = find_text(behind, boundary);
  return at != kNone && at >= 2 && behind.substr(at - 2, 2) == "--" && begins_line(behind, at - 2);
}

/// Length of the mail that begins at begin_, and what else is known of it then. Reads as far as is
/// needed.
std::size_t MboxReader::find_end(MboxMail& mail) {
  std::size_t checked = 0;
  bool quoted = false;
  std::optional<Shape> shape;
  for (;;) {
    auto end = mbox_ ? find_candidate(checked, quoted) : std::nullopt;
    mail.quoted = quoted;
    if (!end && eof_) end = rest().size();
    // An end that was not seen yet lies behind what was searched.
    if (end.value_or(mbox_ ? checked + 1 : rest().size()) > most_) {
      mail.cut = true;
      return most_;
    }
    if (!end) {
      fill();
      continue;
    }
    if (!mbox_) return *end;
    if (!shape) {
      shape = shape_of();
      const auto length = shape->length ? end_by_length(*shape) : std::nullopt;
      if (length && *length <= most_) {
        mail.quoted = false;
        return *length;
      }
    }
    if (*end == rest().size() || shape->type_length == 0 || !inside_multipart(*shape, *end)) {
      return *end;
    }
  }
}

/// Passes over what is left of a mail that was cut.
void MboxReader::drop_rest() {
  if (mbox_) begin_ -= std::min<std::size_t>(begin_, 2);  // the line before may be blank
  for (;;) {
    std::size_t checked = 2;
    bool quoted = false;
    const auto next = mbox_ ? find_candidate(checked, quoted) : std::nullopt;
    if (next) {
      begin_ += *next;
      return;
    }
    if (eof_) break;
    // Kept: what may be the begin of a From_ line, and the end of the line before it.
    begin_ += rest().size() - std::min(rest().size(), kLongestSeparator + 4);
    fill();
  }
  begin_ = data_.size();
}

Result<std::optional<MboxMail>> MboxReader::next() {
  if (!started_) {
    started_ = true;
    begin();
  }
  if (dropping_) {
    dropping_ = false;
    drop_rest();
  }
  if (begin_ >= data_.size() && !fill()) {
    if (in_ != nullptr && in_->bad() && !failure_told_) {
      failure_told_ = true;
      return fail(ErrorCode::Io, "reading failed");
    }
    return std::optional<MboxMail>();
  }
  if (mbox_) skip_line();
  MboxMail mail;
  const std::size_t length = find_end(mail);
  mail.bytes = rest().substr(0, length);
  dropping_ = mail.cut;
  begin_ += length;
  return std::optional(mail);
}

}  // namespace hagaki::mime
