#include "net/byte_stream.h"

#include <algorithm>

namespace hagaki::net {
namespace {

constexpr std::size_t kBlock = 64u << 10;

}  // namespace

Result<void> LineReader::fill() {
  buffer_.erase(0, begin_);
  begin_ = 0;
  const std::size_t had = buffer_.size();
  buffer_.resize(had + kBlock);
  const auto got = stream_.receive(buffer_.data() + had, kBlock);
  buffer_.resize(had + got.value_or(0));
  if (!got) return tl::unexpected<Error>(got.error());
  return {};
}

Result<std::string_view> LineReader::line(std::size_t most) {
  std::size_t searched = 0;
  for (;;) {
    const auto end = buffer_.find('\n', begin_ + searched);
    if (end != std::string::npos) {
      auto line = std::string_view(buffer_).substr(begin_, end - begin_);
      begin_ = end + 1;
      if (line.ends_with('\r')) line.remove_suffix(1);
      return line;
    }
    searched = buffer_.size() - begin_;
    if (searched > most) return fail(ErrorCode::Protocol, "the server sends a line too long");
    if (auto filled = fill(); !filled) return tl::unexpected<Error>(filled.error());
  }
}

Result<std::string_view> LineReader::piece(std::size_t most, bool& ended) {
  for (;;) {
    auto there = std::string_view(buffer_).substr(begin_, most);
    const auto end = there.find('\n');
    ended = end != std::string_view::npos;
    if (ended) {
      begin_ += end + 1;
      there = there.substr(0, end);
      if (there.ends_with('\r')) there.remove_suffix(1);
      return there;
    }
    if (there.size() == most) {
      if (there.ends_with('\r')) there.remove_suffix(1);  // its LF may come next
      begin_ += there.size();
      return there;
    }
    if (auto filled = fill(); !filled) return tl::unexpected<Error>(filled.error());
  }
}

Result<void> LineReader::bytes(std::size_t length, std::string& to) {
  while (length > 0) {
    if (begin_ == buffer_.size()) {
      if (auto filled = fill(); !filled) return filled;
    }
    const auto n = std::min(length, buffer_.size() - begin_);
    to.append(buffer_, begin_, n);
    begin_ += n;
    length -= n;
  }
  return {};
}

}  // namespace hagaki::net
