#include "spool.h"

#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

using namespace hagaki;

namespace {

constexpr std::size_t kBlock = 128u << 10;

}  // namespace

Spool::Spool(int fd, cli::Output output) : fd_(fd), output_(std::move(output)) {}
Spool::~Spool() {
  if (fd_ >= 0) close(fd_);
}
Spool::Spool(Spool&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), output_(std::move(other.output_)) {}

Result<Spool> Spool::open() {
  const char* folder = std::getenv("TMPDIR");
  std::string path = std::string(folder && *folder ? folder : "/tmp") + "/list-prune.XXXXXX";
  const int fd = mkstemp(path.data());
  if (fd < 0) return fail(ErrorCode::Io, std::strerror(errno), path);
  auto output = cli::Output::open(path);
  unlink(path.c_str());
  if (!output) {
    close(fd);
    return tl::unexpected(output.error());
  }
  return Spool(fd, std::move(*output));
}

Result<void> Spool::copy_to(cli::Output& to) {
  if (!output_.flush()) return fail(ErrorCode::Io, output_.failure(), "temporary file");
  if (lseek(fd_, 0, SEEK_SET) < 0) {
    return fail(ErrorCode::Io, std::strerror(errno), "temporary file");
  }
  std::string lines;
  for (;;) {
    const std::size_t rest = lines.size();
    lines.resize(rest + kBlock);
    const ssize_t n = read(fd_, lines.data() + rest, kBlock);
    if (n < 0 && errno == EINTR) {
      lines.resize(rest);
      continue;
    }
    if (n < 0) return fail(ErrorCode::Io, std::strerror(errno), "temporary file");
    lines.resize(rest + static_cast<std::size_t>(n));
    if (n == 0) return {};
    // Whole lines: a terminal gets them without what it would obey.
    const std::size_t whole = lines.rfind('\n') + 1;  // npos + 1 is 0
    if (!to.write_json(std::string_view(lines).substr(0, whole))) return {};
    lines.erase(0, whole);
  }
}
