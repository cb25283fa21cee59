#include "spool.h"

#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>
#include <vector>

using namespace hagaki;

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
  std::vector<char> block(128u << 10);
  lseek(fd_, 0, SEEK_SET);
  for (;;) {
    const ssize_t n = read(fd_, block.data(), block.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return fail(ErrorCode::Io, std::strerror(errno), "temporary file");
    if (n == 0 || !to.write({block.data(), static_cast<std::size_t>(n)})) return {};
  }
}
