#pragma once

#include <cstdio>
#include <string>
#include <string_view>

#include "base/result.h"

namespace hagaki::cli {

/// Where records go: stdout or a file. Buffered; a closed pipe is not an error but an end.
class Output {
 public:
  /// Standard output.
  Output();
  /// Opens (creates, cuts to zero) `path`; "-" is standard output.
  static Result<Output> open(const std::string& path);
  /// Opens `path` to write at its end; creates it readable for its owner alone. Error::Io with the
  /// system's text, also for what is no regular file.
  static Result<Output> append(const std::string& path);
  ~Output();
  Output(Output&&) noexcept;
  Output& operator=(Output&&) noexcept;

  /// Writes a record and a line end. False when nobody reads any more or writing failed: stop work.
  bool write_line(std::string_view record);
  /// Writes JSON that holds its line ends; at a terminal without what a terminal obeys
  /// (printable_json()), elsewhere byte for byte. Same return.
  bool write_json(std::string_view json);
  /// Writes text as it is (tables). Same return.
  bool write(std::string_view text);
  /// Ends the last line of the file that this appends to, where a process that was killed left it
  /// cut short: what comes next must not run into it. Does nothing for anything but a regular file.
  void end_cut_line();
  /// Hands everything to the kernel: after each batch in long-running tools, and before exit.
  bool flush();
  /// The same, and where it is a regular file puts it on disk: it outlives a loss of power.
  bool sync();

  /// The reader went away (EPIPE): end quietly.
  [[nodiscard]] bool closed() const { return closed_; }
  /// A real failure (disk full): Error::Io with the system's text.
  [[nodiscard]] const std::string& failure() const { return failure_; }

 private:
  explicit Output(std::FILE* file, bool owned);
  void note_failure();
  std::FILE* file_;
  bool owned_;
  bool terminal_;
  bool closed_ = false;
  std::string failure_;
};

/// True when stdout (stdin, stderr) is a terminal.
bool stdout_is_terminal();
bool stdin_is_terminal();
bool stderr_is_terminal();

/// Columns of the terminal on stdout; 80 when unknown.
std::size_t terminal_columns();

/// Whether to colour, from --color, NO_COLOR and the terminal.
bool use_color(std::string_view color_option);

}  // namespace hagaki::cli
