#pragma once

#include <cstdint>
#include <functional>
#include <istream>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "records/line.h"
#include "records/line_scan.h"

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
  /// Takes at most so many bytes to where it is told; waits for the first of them only. How many,
  /// 0 at the end, negative where reading failed.
  using Read = std::function<std::ptrdiff_t(char*, std::size_t)>;
  struct Options {
    bool require_email = true;
    /// Validate no more than LineScanner does where it is certain of a line's top-level fields:
    /// nobody then looks into nested values.
    bool top_level = false;
    /// Reads in place of the stream, without a copy in between; empty = the stream.
    Read read = {};
    std::uint64_t lines_before = 0;  ///< where the stream begins behind the first line of its file
  };

  /// `name` stands in messages; `in` must outlive the reader.
  Reader(std::istream& in, std::string name, BadLine on_bad, Options options);
  Reader(std::istream& in, std::string name, BadLine on_bad);
  ~Reader();

  /// The next good line, valid until the next call; nullptr at the end.
  const Line* next();
  /// Says whether reading from the stream does not wait now.
  using Ready = std::function<bool()>;
  /// The same without waiting: where the next line is not there in whole and the stream not ready,
  /// nullptr with waiting() true. What came of the line is kept for the next call.
  const Line* next(const Ready& ready);
  /// The line that next() will give, where it is there already and good; else nullptr. Valid, and
  /// the one before it too, until the next call of next(). Nothing is reported before its turn.
  const Line* peek();
  /// True when the last call gave up instead of waiting: the stream has not ended.
  [[nodiscard]] bool waiting() const { return waiting_; }
  /// Lines reported as bad so far.
  [[nodiscard]] std::uint64_t bad() const { return bad_; }
  /// True when the stream itself failed (not merely ended).
  [[nodiscard]] bool failed() const { return failed_; }

 private:
  enum class Raw { Line, TooLong, End, Waiting };
  Raw next_raw(std::string_view& line);
  bool refill();
  bool read_more();
  enum class Took { Good, Bad, Blank };
  Took take(Raw kind, std::string_view raw);
  Took parse(std::string_view raw);
  Took bad_line(Error error);
  Took bad_line(ErrorCode code, std::string message);
  const Line* next_line();
  std::istream& in_;
  std::string name_;
  BadLine on_bad_;
  Options options_;
  LineParser parser_;
  std::unique_ptr<LineScanner> scanner_;  // where only the top level is validated
  const char* indexed_ = nullptr;         // the end of what scanner_ took in
  bool whole_block_ = false;              // it took the block that ends there
  Line lines_[2];
  std::size_t given_ = 0;  // the one of lines_ that next() gave; take() fills the other
  bool ahead_ = false;     // it did for peek(), with this outcome
  Took took_ = Took::Blank;
  Error error_;  // of Took::Bad
  std::string buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::uint64_t number_ = 0;
  std::uint64_t bad_ = 0;
  const Ready* ready_ = nullptr;
  bool too_long_ = false;  // what is read belongs to a line that is passed over
  bool waiting_ = false;
  bool eof_ = false;
  bool failed_ = false;
};

}  // namespace hagaki::records
