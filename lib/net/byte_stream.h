#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace hagaki::net {

/// A connection that is read and written by one thread that waits.
class ByteStream {
 public:
  ByteStream() = default;
  virtual ~ByteStream() = default;
  ByteStream(const ByteStream&) = delete;
  ByteStream& operator=(const ByteStream&) = delete;

  /// Waits for bytes and puts at most `most` of them into `to`. Never 0: Error::Retry when the
  /// connection ends, fails, or nothing comes in time.
  virtual Result<std::size_t> receive(char* to, std::size_t most) = 0;
  /// Sends all of `bytes`. Error::Retry when the connection is lost.
  virtual Result<void> send(std::string_view bytes) = 0;
  /// Says that what was asked for has come: the next answer on its way has a time of its own, also
  /// where nothing more is sent.
  virtual void answered() {}
};

/// Reads lines and counted bytes from a stream.
class LineReader {
 public:
  /// `stream` must outlive it.
  explicit LineReader(ByteStream& stream) : stream_(stream) {}

  /// The next line without its end (CRLF or LF), valid until the next call. Error::Protocol when
  /// it is longer than `most`, else as ByteStream::receive().
  Result<std::string_view> line(std::size_t most);
  /// Up to `most` bytes of a line that may be of any length; `ended` when its end was read (CRLF or
  /// LF, not given out). Valid until the next call. `most` is at least 2.
  Result<std::string_view> piece(std::size_t most, bool& ended);
  /// Appends the next `length` bytes to `to`.
  Result<void> bytes(std::size_t length, std::string& to);

 private:
  Result<void> fill();

  ByteStream& stream_;
  std::string buffer_;
  std::size_t begin_ = 0;  ///< of what was not given out yet
};

}  // namespace hagaki::net
