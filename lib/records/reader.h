#pragma once

#include <cstdint>
#include <functional>
#include <istream>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "records/line.h"

namespace hagaki::records {

/// Parses lines; keeps what simdjson needs between them. Not thread-safe.
class LineParser {
 public:
  LineParser();
  ~LineParser();
  LineParser(LineParser&&) noexcept;
  LineParser& operator=(LineParser&&) noexcept;

  /// Reads one object. `line` must be readable for 64 bytes past its end and outlive `out`.
  /// The whole line is validated: grammar, UTF-8, nesting (limits::kJsonDepth), duplicate keys at
  /// the top level. Error::Syntax says what is wrong.
  Result<void> parse(std::string_view line, std::uint64_t number, Line& out);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Hears of each line that was skipped: "file:line" and the reason in Error.
using BadLine = std::function<void(const Error&)>;

/// Reads JSON lines from a stream. A bad line (not JSON, not an object, over 1 MiB, a duplicate
/// key, and without `email` where `require_email`) is reported, counted and skipped; blank lines
/// and a UTF-8 BOM are passed over. Memory is bounded by the longest line allowed.
class Reader {
 public:
  struct Options {
    bool require_email = true;
  };

  /// `name` stands in messages; `in` must outlive the reader.
  Reader(std::istream& in, std::string name, BadLine on_bad, Options options);
  Reader(std::istream& in, std::string name, BadLine on_bad);
  ~Reader();

  /// The next good line, valid until the next call; nullptr at the end.
  const Line* next();
  /// Lines reported as bad so far.
  [[nodiscard]] std::uint64_t bad() const { return bad_; }
  /// True when the stream itself failed (not merely ended).
  [[nodiscard]] bool failed() const { return failed_; }

 private:
  enum class Raw { Line, TooLong, End };
  Raw next_raw(std::string_view& line);
  bool refill();
  void report(ErrorCode code, std::string message);
  std::istream& in_;
  std::string name_;
  BadLine on_bad_;
  Options options_;
  LineParser parser_;
  Line line_;
  std::string buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::uint64_t number_ = 0;
  std::uint64_t bad_ = 0;
  bool eof_ = false;
  bool failed_ = false;
};

}  // namespace hagaki::records
