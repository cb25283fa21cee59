#include "cli/output.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "base/text.h"

namespace hagaki::cli {

Output::Output(std::FILE* file, bool owned)
    : file_(file), owned_(owned), terminal_(isatty(fileno(file)) == 1) {
  // A reader that goes away must show as an error of write(), not end the process half-way.
  std::signal(SIGPIPE, SIG_IGN);
}

Output::Output() : Output(stdout, false) {}

Result<Output> Output::open(const std::string& path) {
  if (path == "-") return Output();
  std::FILE* file = std::fopen(path.c_str(), "we");
  if (!file) return fail(ErrorCode::Io, std::strerror(errno), path);
  return Output(file, true);
}

Result<Output> Output::append(const std::string& path) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0600);
  if (fd < 0) return fail(ErrorCode::Io, std::strerror(errno), path);
  struct stat info{};
  std::FILE* file = nullptr;
  if (fstat(fd, &info) == 0 && S_ISREG(info.st_mode)) file = fdopen(fd, "a");
  if (!file) {
    ::close(fd);
    return fail(ErrorCode::Io, "not a regular file", path);
  }
  return Output(file, true);
}

Output::~Output() {
  if (owned_ && file_) std::fclose(file_);
}

Output::Output(Output&& other) noexcept
    : file_(std::exchange(other.file_, nullptr)),
      owned_(std::exchange(other.owned_, false)),
      terminal_(other.terminal_),
      closed_(other.closed_),
      failure_(std::move(other.failure_)) {}

Output& Output::operator=(Output&& other) noexcept {
  std::swap(file_, other.file_);
  std::swap(owned_, other.owned_);
  std::swap(terminal_, other.terminal_);
  std::swap(closed_, other.closed_);
  std::swap(failure_, other.failure_);
  return *this;
}

void Output::note_failure() {
  if (errno == EPIPE) {
    closed_ = true;
  } else if (failure_.empty()) {
    failure_ = std::strerror(errno);
  }
}

bool Output::write(std::string_view text) {
  if (closed_ || !failure_.empty()) return false;
  if (std::fwrite(text.data(), 1, text.size(), file_) == text.size()) return true;
  note_failure();
  return false;
}

bool Output::write_line(std::string_view record) {
  return write_json(record) && write("\n");
}

bool Output::write_json(std::string_view json) {
  return terminal_ ? write(printable_json(json)) : write(json);
}

void Output::end_cut_line() {
  struct stat info{};
  const int fd = fileno(file_);
  if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode) || info.st_size == 0) return;
  // The descriptor itself is for writing only.
  const int again = ::open(("/proc/self/fd/" + std::to_string(fd)).c_str(), O_RDONLY | O_CLOEXEC);
  if (again < 0) return;
  char last = '\n';
  const bool read = pread(again, &last, 1, info.st_size - 1) == 1;
  ::close(again);
  if (read && last != '\n') write("\n");
}

bool Output::flush() {
  if (closed_ || !failure_.empty()) return false;
  if (std::fflush(file_) == 0) return true;
  note_failure();
  return false;
}

bool Output::sync() {
  if (!flush()) return false;
  struct stat info{};
  const int fd = fileno(file_);
  if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode)) return true;
  if (fdatasync(fd) == 0) return true;
  note_failure();
  return false;
}

bool stdout_is_terminal() {
  return isatty(STDOUT_FILENO) == 1;
}
bool stdin_is_terminal() {
  return isatty(STDIN_FILENO) == 1;
}
bool stderr_is_terminal() {
  return isatty(STDERR_FILENO) == 1;
}

std::size_t terminal_columns() {
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return 80;
}

bool use_color(std::string_view color_option) {
  if (color_option == "always") return true;
  if (color_option == "never") return false;
  // https://no-color.org: present and not empty means no.
  const char* no_color = std::getenv("NO_COLOR");
  return !(no_color && *no_color) && stdout_is_terminal();
}

}  // namespace hagaki::cli
