#include "dsn/service_events/json_objects.h"

#include <algorithm>
#include <array>

#include "base/ascii.h"
#include "base/limits.h"
#include "base/text.h"

namespace hagaki::dsn {
namespace {

constexpr std::streamsize kBlock = 64 << 10;

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

}  // namespace

bool JsonObjects::looks_like(std::string_view begin) {
  if (begin.starts_with(kByteOrderMark)) begin.remove_prefix(kByteOrderMark.size());
  begin = trim(begin);
  if (begin.empty() || (begin[0] != '{' && begin[0] != '[')) return false;
  const auto inside = trim(begin.substr(1));
  if (inside.empty()) return true;
  return begin[0] == '{' ? inside[0] == '"' || inside[0] == '}'
                         : inside[0] == '{' || inside[0] == '[' || inside[0] == ']';
}

/// Reads more; false at the end.
bool JsonObjects::fill() {
  if (eof_) return false;
  if (before_read_) before_read_();
  // Takes what one read gave: a slow pipe is not waited on for more.
  if (in_.peek() == std::istream::traits_type::eof()) {
    failed_ = in_.bad();
    eof_ = true;
    return false;
  }
  const auto ready = std::clamp<std::streamsize>(in_.rdbuf()->in_avail(), 1, kBlock);
  const std::size_t have = buffer_.size();
  buffer_.resize(have + static_cast<std::size_t>(ready));
  in_.read(buffer_.data() + have, ready);
  buffer_.resize(have + static_cast<std::size_t>(in_.gcount()));
  return buffer_.size() > have;
}

/// The byte at `at_`, or -1 at the end. What lies before it may be gone then.
int JsonObjects::peek() {
  if (at_ >= buffer_.size()) {
    buffer_.clear();
    at_ = 0;
    if (!fill()) return -1;
  }
  return static_cast<unsigned char>(buffer_[at_]);
}

void JsonObjects::skip_line() {
  for (int c = peek(); c != -1 && c != '\n'; c = peek()) ++at_;
}

/// Walks the object at `at_` and sets `end` behind its last bracket. Says what is wrong where it
/// breaks off, with `end` where that was seen. `at_` and `line_` stay.
std::string_view JsonObjects::scan(std::size_t& end) {
  std::array<char, limits::kJsonDepth> open{};
  std::size_t depth = 0;
  bool quoted = false;
  bool fresh_line = false;  // nothing but blanks since the line began
  char before = 0;          // the last byte outside quotes that is no blank
  for (std::size_t i = at_;; ++i) {
    if (i - at_ > kMost) {
      end = i;
      return "an object of more than 16 MiB";
    }
    if (i >= buffer_.size() && !fill()) {
      end = i;
      return quoted ? "a quote is left open" : "ends inside an object";
    }
    const char c = buffer_[i];
    end = i;
    if (quoted) {
      if (c == '\n') return "a quote is left open";
      if (c == '"') quoted = false;
      if (c == '\\' && (i + 1 < buffer_.size() || fill()) && buffer_[i + 1] != '\n') ++i;
      continue;
    }
    if (is_white(c)) {
      fresh_line = fresh_line || c == '\n';
      continue;
    }
    if (c == '{' && fresh_line && before != '[' && before != ':' &&
        !(before == ',' && open[depth - 1] == '[')) {
      return "the next object begins inside it";
    }
    fresh_line = false;
    before = c;
    if (c == '"') {
      quoted = true;
    } else if (c == '{' || c == '[') {
      if (depth == open.size()) return "nested too deep";
      open[depth++] = c;
    } else if (c == '}' || c == ']') {
      if (open[depth - 1] != (c == '}' ? '{' : '[')) return "a bracket that does not fit";
      if (--depth == 0) {
        end = i + 1;
        return {};
      }
    }
  }
}

/// Goes on behind the line where a broken object began: with the next one that begins an object,
/// or the end of the array around it, and is indented no deeper.
void JsonObjects::recover() {
  if (array_line_ == line_) arrays_ = 0;
  for (;;) {
    skip_line();
    if (peek() == -1) return;
    ++at_;
    ++line_;
    std::size_t i = at_;
    while ((i < buffer_.size() || fill()) && (buffer_[i] == ' ' || buffer_[i] == '\t')) ++i;
    if (i >= buffer_.size()) continue;
    const char c = buffer_[i];
    if (i - at_ > indent_) continue;
    if (c == '{' || c == '[' || (c == ']' && arrays_ > 0)) {
      indent_ = 0;
      indenting_ = true;
      return;
    }
  }
}

std::optional<JsonObjects::Object> JsonObjects::next() {
  if (at_ > static_cast<std::size_t>(kBlock)) {  // what was given out is gone
    buffer_.erase(0, at_);
    at_ = 0;
  }
  if (!started_) {
    started_ = true;
    while (buffer_.size() < kByteOrderMark.size() && fill()) {
    }
    if (std::string_view(buffer_).starts_with(kByteOrderMark)) at_ = kByteOrderMark.size();
  }
  for (;;) {
    const int c = peek();
    if (c == -1) {
      if (arrays_ == 0) return std::nullopt;
      arrays_ = 0;
      return Object{{}, array_line_, "an array without an end"};
    }
    if (c == '\n') {
      ++line_;
      indent_ = 0;
      indenting_ = true;
    } else if (is_white(static_cast<char>(c))) {
      if (indenting_) ++indent_;
    } else if (c == '[') {
      if (arrays_++ == 0) array_line_ = line_;
      indenting_ = false;
    } else if (c == ',' && arrays_ > 0) {
      indenting_ = false;
    } else if (c == ']' && arrays_ > 0) {
      --arrays_;
      indenting_ = false;
    } else {
      break;
    }
    ++at_;
  }
  indenting_ = false;
  const std::uint64_t line = line_;
  if (buffer_[at_] != '{') {
    if (array_line_ == line_) arrays_ = 0;
    skip_line();
    return Object{{}, line, "no JSON object"};
  }
  std::size_t end = 0;
  if (const auto why = scan(end); !why.empty()) {
    recover();
    return Object{{}, line, why};
  }
  const auto text = std::string_view(buffer_).substr(at_, end - at_);
  line_ += static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n'));
  at_ = end;
  return Object{text, line, {}};
}

}  // namespace hagaki::dsn
