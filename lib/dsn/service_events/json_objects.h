#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <istream>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace hagaki::dsn {

/// Finds the JSON objects in a stream, whatever holds them: one document, a line each, arrays over
/// one line or many, documents one behind the other. Objects are told apart by brackets and quotes
/// only; whoever reads one finds what else is wrong with it.
///
/// Where an object breaks off (a quote that the line leaves open, a bracket that does not fit, the
/// end of the stream) reading goes on with the next line that begins an object and is not indented
/// deeper, so that one cut line costs one line.
class JsonObjects {
 public:
  static constexpr std::size_t kMost = 16u << 20;  ///< bytes of one object

  /// `in` must outlive it.
  explicit JsonObjects(std::istream& in) : in_(in) {}

  /// Calls `task` before each read of the stream, which may wait.
  void before_read(std::function<void()> task) { before_read_ = std::move(task); }

  struct Object {
    std::string_view text;    ///< valid until the next call; empty where it is broken
    std::uint64_t line = 0;   ///< where it begins, from 1
    std::string_view broken;  ///< what is wrong, a clause; empty where it is whole
  };

  /// The next object or what stands in its place; nothing at the end.
  std::optional<Object> next();
  /// True when the stream itself failed.
  [[nodiscard]] bool failed() const { return failed_; }

  /// True when `begin` (the first bytes of a file) is where JSON objects begin, which no mail and
  /// no mbox does.
  static bool looks_like(std::string_view begin);

 private:
  int peek();
  bool fill();
  std::string_view scan(std::size_t& end);
  void skip_line();
  void recover();

  std::istream& in_;
  std::function<void()> before_read_;
  std::string buffer_;
  std::size_t at_ = 0;      ///< next byte to look at
  std::uint64_t line_ = 1;  ///< of that byte
  std::size_t indent_ = 0;  ///< blanks at the begin of that line
  bool indenting_ = true;   ///< nothing but those has been seen of it
  std::size_t arrays_ = 0;  ///< open around the objects
  std::uint64_t array_line_ = 0;
  bool started_ = false;
  bool eof_ = false;
  bool failed_ = false;
};

}  // namespace hagaki::dsn
