#include "records/reader.h"

#include <simdjson.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include <fmt/core.h>

#include "base/limits.h"
#include "base/text.h"
#include "records/json_scan.h"

namespace hagaki::records {
namespace {

constexpr std::size_t kPadding = simdjson::SIMDJSON_PADDING;
constexpr std::size_t kChunk = 256u << 10;

}  // namespace

struct LineParser::State {
  simdjson::dom::parser parser{limits::kRecordLine + kPadding};
};

LineParser::LineParser() : state_(std::make_unique<State>()) {
  // A failed allocation shows again, as an error, at the first parse.
  [[maybe_unused]] const auto rc = state_->parser.allocate(limits::kRecordLine, limits::kJsonDepth);
}
LineParser::~LineParser() = default;
LineParser::LineParser(LineParser&&) noexcept = default;
LineParser& LineParser::operator=(LineParser&&) noexcept = default;

Result<void> LineParser::parse(std::string_view line, std::uint64_t number, Line& out) {
  out.fields_.clear();
  out.unescaped_.clear();
  out.raw_ = line;
  out.number_ = number;
  simdjson::dom::element root;
  const auto error = state_->parser.parse(line.data(), line.size(), false).get(root);
  if (error == simdjson::DEPTH_ERROR) {
    return fail(ErrorCode::Limit, "nested deeper than 64 levels");
  }
  if (error) {
    if (!trim(line).starts_with('{')) {
      return fail(ErrorCode::Syntax,
                  "no JSON object (a list in CSV or text goes through mx-harvest)");
    }
    return fail(ErrorCode::Syntax,
                std::string("not JSON: ") + ascii_lower(simdjson::error_message(error)));
  }
  if (!root.is_object()) return fail(ErrorCode::Syntax, "not a JSON object");
  scan_object(
      line, [&](std::size_t begin, std::string_view key, std::string_view value, std::size_t end) {
        if (key.find('\\') != std::string_view::npos) {
          // Rare: the key's own text is among the parsed ones, at the same place in order.
          auto fields = root.get_object().value_unsafe();
          auto it = fields.begin();
          std::advance(it, static_cast<std::ptrdiff_t>(out.fields_.size()));
          key = out.unescaped_.emplace_back(it.key());
        }
        out.fields_.push_back({key, value, begin, end});
      });
  if (const auto key = duplicate_key(out.fields_); key.data()) {
    return fail(ErrorCode::Syntax, fmt::format("key \"{}\" stands twice", printable(key)));
  }
  return {};
}

Reader::Reader(std::istream& in, std::string name, BadLine on_bad, Options options)
    : in_(in),
      name_(std::move(name)),
      on_bad_(std::move(on_bad)),
      options_(std::move(options)),
      number_(options_.lines_before) {
  if (options_.top_level) scanner_ = std::make_unique<LineScanner>();
}
Reader::Reader(std::istream& in, std::string name, BadLine on_bad)
    : Reader(in, std::move(name), std::move(on_bad), Options{}) {}
Reader::~Reader() = default;

/// Moves what is unread to the front and adds what the stream has ready; false at its end, and
/// where it would have to wait and must not.
bool Reader::refill() {
  if (eof_) return false;
  if (ready_ && !(*ready_)()) {
    waiting_ = true;
    return false;
  }
  std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
  end_ -= begin_;
  begin_ = 0;
  indexed_ = nullptr;
  if (buffer_.size() < end_ + kChunk + kPadding) buffer_.resize(end_ + kChunk + kPadding);
  return read_more();
}

bool Reader::read_more() {
  if (options_.read) {
    const auto n = options_.read(buffer_.data() + end_, kChunk);
    eof_ = n <= 0;
    failed_ = n < 0;
    end_ += eof_ ? 0 : static_cast<std::size_t>(n);
    return !eof_;
  }
  // peek() waits for the first byte, readsome() takes what came with it: a slow pipe is read line
  // by line instead of waiting for a full buffer.
  if (in_.peek() == std::istream::traits_type::eof()) {
    eof_ = true;
    failed_ = in_.bad();
    return false;
  }
  end_ += static_cast<std::size_t>(
      in_.readsome(buffer_.data() + end_, static_cast<std::streamsize>(kChunk)));
  return true;
}

Reader::Raw Reader::next_raw(std::string_view& line) {
  std::size_t searched = 0;
  for (;;) {
    const char* start = buffer_.data() + begin_;
    const auto* newline =
        static_cast<const char*>(std::memchr(start + searched, '\n', end_ - begin_ - searched));
    if (newline) {
      const auto size = static_cast<std::size_t>(newline - start);
      begin_ += size + 1;
      if (std::exchange(too_long_, false) || size > limits::kRecordLine) return Raw::TooLong;
      line = {start, size};
      return Raw::Line;
    }
    searched = end_ - begin_;
    if (searched > limits::kRecordLine) {
      too_long_ = true;
      begin_ = end_;
      searched = 0;
    }
    if (!refill()) {
      if (waiting_) return Raw::Waiting;
      line = {buffer_.data() + begin_, end_ - begin_};
      begin_ = end_;
      if (std::exchange(too_long_, false)) return Raw::TooLong;
      return line.empty() ? Raw::End : Raw::Line;
    }
  }
}

/// Reads a line into the one of lines_ that is not in use.
Reader::Took Reader::parse(std::string_view raw) {
  Line& line = lines_[1 - given_];
  bool scanned = false;
  if (scanner_) {
    const char* const lines_end = buffer_.data() + begin_;
    if (lines_end > indexed_ || !indexed_) {
      // The whole lines from this one on.
      const auto rest = std::min<std::size_t>(
          LineScanner::kBlock, static_cast<std::size_t>(buffer_.data() + end_ - raw.data()));
      const auto last = std::string_view(raw.data(), rest).rfind('\n');
      const auto block = last == std::string_view::npos ? raw : std::string_view(raw.data(), last);
      whole_block_ = scanner_->index(block);
      indexed_ = raw.data() + block.size() + 1;
    }
    // A broken line must not change what is asked of its neighbours.
    if (!whole_block_) scanner_->index(raw);
    scanned = scanner_->scan(raw, number_, line);
  }
  if (!scanned) {
    if (auto ok = parser_.parse(raw, number_, line); !ok) return bad_line(std::move(ok.error()));
  }
  if (options_.require_email && line.email().empty()) {
    return bad_line(ErrorCode::Syntax,
                    line.find("email") ? "\"email\" holds no text" : "no \"email\"");
  }
  return Took::Good;
}

Reader::Took Reader::bad_line(Error error) {
  error_ = std::move(error);
  error_.context = fmt::format("{}:{}", name_, number_);
  return Took::Bad;
}

Reader::Took Reader::bad_line(ErrorCode code, std::string message) {
  return bad_line(Error{code, std::move(message), {}});
}

Reader::Took Reader::take(Raw kind, std::string_view raw) {
  ++number_;
  if (kind == Raw::TooLong) return bad_line(ErrorCode::Limit, "line is longer than 1 MiB");
  if (number_ == 1 && raw.substr(0, 3) == "\xEF\xBB\xBF") raw.remove_prefix(3);
  if (!raw.empty() && raw.back() == '\r') raw.remove_suffix(1);
  if (raw.empty() || (raw.front() != '{' && trim(raw).empty())) return Took::Blank;
  return parse(raw);
}

const Line* Reader::peek() {
  if (!ahead_) {
    if (too_long_) return nullptr;
    const char* start = buffer_.data() + begin_;
    const auto* newline = static_cast<const char*>(std::memchr(start, '\n', end_ - begin_));
    if (!newline) return nullptr;
    const auto size = static_cast<std::size_t>(newline - start);
    begin_ += size + 1;
    took_ = take(size > limits::kRecordLine ? Raw::TooLong : Raw::Line, {start, size});
    ahead_ = true;
  }
  return took_ == Took::Good ? &lines_[1 - given_] : nullptr;
}

const Line* Reader::next() {
  ready_ = nullptr;
  return next_line();
}

const Line* Reader::next(const Ready& ready) {
  ready_ = &ready;
  const Line* line = next_line();
  ready_ = nullptr;
  return line;
}

const Line* Reader::next_line() {
  waiting_ = false;
  for (;;) {
    if (!std::exchange(ahead_, false)) {
      std::string_view raw;
      const Raw kind = next_raw(raw);
      if (kind == Raw::End || kind == Raw::Waiting) return nullptr;
      took_ = take(kind, raw);
    }
    if (took_ == Took::Bad) {
      ++bad_;
      on_bad_(error_);
    }
    if (took_ != Took::Good) continue;
    given_ = 1 - given_;
    return &lines_[given_];
  }
}

}  // namespace hagaki::records
