#include "harvest/lines.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "mime/charset.h"

namespace hagaki::harvest {
namespace {

constexpr std::string_view kUtf8Mark = "\xef\xbb\xbf";

bool plain_ascii(std::string_view s) {
  return is_ascii(s) && s.find('\x1b') == std::string_view::npos;
}

}  // namespace

LineReader::LineReader(std::string_view encoding)
    : encoding_(encoding.empty() ? std::string() : mime::charset_name(encoding)) {}

void LineReader::start(std::string_view bytes) {
  started_ = true;
  if (encoding_.empty()) {
    constexpr std::size_t kEnough = 4096;  // for UTF-16; the rest waits for a line that needs it
    const auto detected = detect_encoding(bytes.substr(0, kEnough));
    if (detected.starts_with("utf-16")) encoding_ = detected;
  }
  if (encoding_.starts_with("utf-16") || encoding_ == "ucs-2") {
    const bool marked_big = bytes.starts_with("\xfe\xff");
    utf16_.emplace(encoding_ == "utf-16be" || marked_big);
  }
}

void LineReader::feed(std::string_view bytes) {
  if (bytes.empty()) return;
  if (!started_) start(bytes);
  buffer_.erase(0, begin_);
  scanned_ -= begin_;
  searched_ -= std::min(searched_, begin_);
  begin_ = 0;
  if (utf16_) {
    utf16_->read(bytes, buffer_);
  } else {
    buffer_ += bytes;
  }
  if (!end_of_line_known_) {
    const bool lf = buffer_.find('\n') != std::string::npos;
    const auto cr = buffer_.find('\r');
    // A CR at the very end may be half of a CRLF.
    if (!lf && (cr == std::string::npos || cr + 1 == buffer_.size())) return;
    end_of_line_ = lf ? '\n' : '\r';
    end_of_line_known_ = true;
  }
}

bool LineReader::next(TextLine& line) {
  return take(line, false);
}

bool LineReader::next_raw(TextLine& line) {
  return take(line, true);
}

bool LineReader::take(TextLine& line, bool raw) {
  for (;;) {
    const auto at = buffer_.find(end_of_line_, scanned_);
    const bool whole = at != std::string::npos;
    if (!whole && buffer_.size() - begin_ > limits::kRecordLine) {
      skipping_ = true;
      begin_ = buffer_.size();
    }
    if (!whole && !finished_) {
      scanned_ = buffer_.size();
      return false;
    }
    const auto end = whole ? at : buffer_.size();
    if (!whole && begin_ == end && !skipping_) return false;
    std::string_view bytes(buffer_.data() + begin_, end - begin_);
    begin_ = whole ? end + 1 : end;
    scanned_ = begin_;
    line.number = ++number_;
    line.text.clear();
    if (std::exchange(skipping_, false) || bytes.size() > limits::kRecordLine) {
      line.state = TextLine::State::TooLong;
      return true;
    }
    if (bytes.ends_with('\r')) bytes.remove_suffix(1);
    if (number_ == 1 && bytes.starts_with(kUtf8Mark)) {
      bytes.remove_prefix(kUtf8Mark.size());
      if (encoding_.empty()) encoding_ = "utf-8";
    }
    if (raw) {
      line.state = TextLine::State::Good;
      line.text.assign(bytes);
    } else {
      decode(bytes, line);
    }
    return true;
  }
}

void LineReader::decode(std::string_view bytes, TextLine& line) {
  line.state = TextLine::State::Good;
  if (plain_ascii(bytes)) {
    line.text.assign(bytes);
    return;
  }
  const auto from = static_cast<std::size_t>(bytes.data() - buffer_.data());
  if (encoding_.empty() && from + bytes.size() >= searched_) {
    const auto sample = std::string_view(buffer_).substr(from, limits::kRecordLine);
    encoding_ = detect_encoding(sample);
    if (encoding_ == "us-ascii") encoding_.clear();  // an ESC that shifts to nothing
    searched_ = from + sample.size();
  }
  if (encoding_.empty() || encoding_ == "utf-8" || utf16_) {
    if (is_utf8(bytes)) {
      line.text.assign(bytes);
    } else {
      line.state = TextLine::State::Undecodable;
    }
    return;
  }
  if (auto text = mime::to_utf8(bytes, encoding_)) {
    line.text = std::move(*text);
  } else {
    line.state = TextLine::State::Undecodable;
  }
}

}  // namespace hagaki::harvest
