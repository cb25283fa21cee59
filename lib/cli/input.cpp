#include "cli/input.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <streambuf>
#include <vector>

namespace hagaki::cli {
namespace {

/// Reads a file descriptor in large blocks and hands on what each read() gave, so that a slow pipe
/// is not waited on.
class FdBuffer : public std::streambuf {
 public:
  FdBuffer(int fd, bool owned) : fd_(fd), owned_(owned), block_(256u << 10) {}
  FdBuffer(const FdBuffer&) = delete;
  FdBuffer& operator=(const FdBuffer&) = delete;
  ~FdBuffer() override {
    if (owned_) close(fd_);
  }

 protected:
  int_type underflow() override {
    ssize_t n = 0;
    do {
      n = read(fd_, block_.data(), block_.size());
    } while (n < 0 && errno == EINTR);
    // An exception is how a streambuf tells its stream of a failure: the stream sets badbit.
    if (n < 0) throw std::ios_base::failure(std::strerror(errno));
    if (n == 0) return traits_type::eof();
    setg(block_.data(), block_.data(), block_.data() + n);
    return traits_type::to_int_type(block_[0]);
  }

 private:
  int fd_;
  bool owned_;
  std::vector<char> block_;
};

class FdStream : public std::istream {
 public:
  FdStream(int fd, bool owned) : std::istream(nullptr), buffer_(fd, owned) { rdbuf(&buffer_); }

 private:
  FdBuffer buffer_;
};

}  // namespace

bool Input::ready() const {
  if (fd < 0 || stream->rdbuf()->in_avail() > 0) return true;
  pollfd one{fd, POLLIN, 0};
  return poll(&one, 1, 0) != 0;
}

std::ptrdiff_t Input::read_some(char* to, std::size_t size) const {
  ssize_t n = 0;
  do {
    n = read(fd, to, size);
  } while (n < 0 && errno == EINTR);
  return n;
}

Error open_error(int number, const std::string& path) {
  return {number == ENOENT ? ErrorCode::NotFound : ErrorCode::Unopened, std::strerror(number),
          path};
}

Result<Input> open_input(const std::string& path) {
  if (path == "-") {
    return Input{"stdin", std::make_unique<FdStream>(STDIN_FILENO, false), STDIN_FILENO};
  }
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    return tl::unexpected(open_error(errno, path));
  }
  auto stream = std::make_unique<FdStream>(fd, true);
  struct stat info{};
  if (fstat(fd, &info) == 0 && S_ISDIR(info.st_mode)) {
    return tl::unexpected(open_error(EISDIR, path));
  }
  return Input{path, std::move(stream), fd};
}

Result<std::string> read_whole(const std::string& path, std::size_t limit) {
  auto input = open_input(path);
  if (!input) return tl::unexpected(input.error());
  std::string out;
  std::vector<char> block(64u << 10);
  auto& in = *input->stream;
  while (in.read(block.data(), static_cast<std::streamsize>(block.size())) || in.gcount() > 0) {
    out.append(block.data(), static_cast<std::size_t>(in.gcount()));
    if (out.size() > limit) {
      return fail(ErrorCode::Limit, "larger than " + std::to_string(limit) + " bytes", input->name);
    }
  }
  if (in.bad()) return fail(ErrorCode::Io, "reading failed", input->name);
  return out;
}

}  // namespace hagaki::cli
