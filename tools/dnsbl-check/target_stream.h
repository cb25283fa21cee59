#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cli/input.h"
#include "cli/log.h"
#include "dnsbl/check.h"
#include "dnsbl/target.h"
#include "target_memory.h"

/// The targets that operands and standard input name, one after another and each once: neither a
/// range nor the input is held as a whole.
class TargetStream {
 public:
  /// `operands` as on the command line, "-" being standard input: one target a line, blank lines
  /// and lines that begin with '#' passed over. None: standard input. What is no target is told to
  /// `log`, which must outlive the stream, and skipped.
  TargetStream(const std::vector<std::string>& operands, hagaki::cli::Log& log);

  /// The next one. NotYet where standard input has none now: input() will be readable.
  hagaki::dnsbl::Check::Next next(hagaki::dnsbl::Target& target);
  /// The descriptor that the last NotYet was about.
  [[nodiscard]] int input() const { return input_ ? input_->fd : -1; }

  /// What was no target so far.
  [[nodiscard]] std::size_t bad() const { return bad_; }
  /// Targets given so far.
  [[nodiscard]] std::size_t given() const { return given_; }
  /// Why reading ended before the input did.
  [[nodiscard]] const std::optional<hagaki::Error>& failure() const { return failure_; }

 private:
  enum class Line { Whole, NotYet, End };
  bool take_operand();
  void take(std::string_view spec, const std::string& where);
  void warn_of_private();
  void warn_of_unknown(const std::string& domain);
  void take_line(std::string_view line);
  Line next_line(std::string_view& line);
  bool refill();
  bool next_of_range(hagaki::dnsbl::Target& target);

  std::deque<std::string> operands_;
  hagaki::cli::Log& log_;
  std::optional<hagaki::cli::Input> input_;  ///< while it is read
  std::string buffer_;
  std::size_t at_ = 0;  ///< of the line at hand, in buffer_
  bool input_ended_ = false;
  bool passing_over_ = false;  ///< the rest of a line that is too long
  std::size_t line_ = 0;
  std::optional<hagaki::dnsbl::TargetRange> range_;
  bool named_ = false;  ///< range_, by an operand
  TargetMemory memory_;
  std::size_t bad_ = 0;
  std::size_t given_ = 0;
  std::optional<hagaki::Error> failure_;
};
