#include "maildir.h"

#include <cerrno>
#include <cstring>
#include <filesystem>

#include <fcntl.h>
#include <unistd.h>

using namespace hagaki;

namespace {

tl::unexpected<Error> io(const std::string& path) {
  return fail(ErrorCode::Io, std::strerror(errno), path);
}

/// Writes a new file with all of `data`.
Result<void> write_file(const std::string& path, std::string_view data) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0) return io(path);
  while (!data.empty()) {
    const ssize_t written = ::write(fd, data.data(), data.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) {
      auto failure = io(path);
      ::close(fd);
      return failure;
    }
    data.remove_prefix(static_cast<std::size_t>(written));
  }
  if (::close(fd) != 0) return io(path);
  return {};
}

/// Adds the names in `folder` to `names`. A reader that has seen a message adds flags behind a
/// colon (name:2,RS), which are not part of the name.
Result<void> read_names(const std::filesystem::path& folder,
                        std::unordered_set<std::string>& names) {
  std::error_code error;
  std::filesystem::directory_iterator entry(folder, error);
  for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    names.insert(name.substr(0, name.find(':')));
  }
  if (error) return fail(ErrorCode::Io, error.message(), folder.string());
  return {};
}

}  // namespace

Result<Maildir> Maildir::open(const std::string& path) {
  for (const char* folder : {"tmp", "new", "cur"}) {
    const auto full = std::filesystem::path(path) / folder;
    std::error_code error;
    std::filesystem::create_directories(full, error);
    if (error) return fail(ErrorCode::Io, error.message(), full.string());
  }
  Maildir maildir(path);
  for (const char* folder : {"new", "cur"}) {
    const auto full = std::filesystem::path(path) / folder;
    if (auto done = read_names(full, maildir.names_); !done) {
      return tl::unexpected<Error>(done.error());
    }
  }
  return maildir;
}

Result<Maildir::Put> Maildir::put(const std::string& name, std::string_view message) {
  if (names_.contains(name)) return Put::Exists;
  const std::string tmp = path_ + "/tmp/" + name;
  const std::string end = path_ + "/new/" + name;
  if (auto written = write_file(tmp, message); !written) {
    ::unlink(tmp.c_str());
    return tl::unexpected<Error>(written.error());
  }
  const int linked = ::link(tmp.c_str(), end.c_str());
  const int why = errno;
  ::unlink(tmp.c_str());
  if (linked == 0 || why == EEXIST) {
    names_.insert(name);
    return linked == 0 ? Put::Written : Put::Exists;
  }
  errno = why;
  return io(end);
}
