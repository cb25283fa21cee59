#include "uidl_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include "base/text.h"
#include "cli/input.h"

using namespace hagaki;
using net::MailFate;

namespace {

constexpr std::size_t kLargest = 256u << 20;

tl::unexpected<Error> system_error(const std::string& path) {
  return fail(ErrorCode::Io, std::strerror(errno), path);
}

bool same_file(int fd, const std::string& path) {
  struct stat ours{};
  struct stat there{};
  return fstat(fd, &ours) == 0 && stat(path.c_str(), &there) == 0 && ours.st_ino == there.st_ino &&
         ours.st_dev == there.st_dev;
}

std::string line_of(const std::string& uidl, UidlFile::Known known) {
  return (known == UidlFile::Known::Done ? "done " : "left ") + uidl + "\n";
}

Result<void> append(int fd, const std::string& text, const std::string& path) {
  // One write: a line is there or not, but for a crash of the machine, which load() allows for.
  const auto n = write(fd, text.data(), text.size());
  if (n != static_cast<ssize_t>(text.size())) {
    if (n >= 0) errno = ENOSPC;
    return system_error(path);
  }
  if (fdatasync(fd) != 0) return system_error(path);
  return {};
}

}  // namespace

Result<std::unique_ptr<UidlFile>> UidlFile::open(const std::string& path) {
  std::error_code none;
  const auto folder = std::filesystem::path(path).parent_path();
  if (!folder.empty()) std::filesystem::create_directories(folder, none);
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (fd < 0) return system_error(path);
  std::unique_ptr<UidlFile> file(new UidlFile(path, fd));
  // A run that has just ended may have put a new file in the place of the one we opened.
  if (flock(fd, LOCK_EX | LOCK_NB) != 0 || !same_file(fd, path)) {
    return fail(ErrorCode::Retry, "another run reads this mailbox", path);
  }
  if (auto loaded = file->load(); !loaded) return tl::unexpected<Error>(loaded.error());
  return file;
}

UidlFile::~UidlFile() {
  close(fd_);
}

Result<void> UidlFile::load() {
  const auto text = cli::read_whole(path_, kLargest);
  if (!text) return tl::unexpected<Error>(text.error());
  for (const auto line : split(*text, '\n')) {
    if (line.starts_with("done ")) known_[std::string(line.substr(5))] = Known::Done;
    if (line.starts_with("left ")) known_[std::string(line.substr(5))] = Known::Left;
  }
  // A line that was cut short would swallow the next one.
  if (!text->empty() && text->back() != '\n') return append(fd_, "\n", path_);
  return {};
}

UidlFile::Known UidlFile::known(const std::string& uidl) const {
  const auto at = known_.find(uidl);
  return at == known_.end() ? Known::No : at->second;
}

Result<void> UidlFile::remember(const std::string& uidl, MailFate fate) {
  const auto known = fate == MailFate::Done ? Known::Done : Known::Left;
  known_[uidl] = known;
  return append(fd_, line_of(uidl, known), path_);
}

Result<void> UidlFile::keep_only(const std::set<std::string>& uidls) {
  const auto gone =
      std::erase_if(known_, [&](const auto& one) { return uidls.count(one.first) == 0; });
  if (gone == 0) return {};
  std::string text;
  for (const auto& [uidl, known] : known_) text += line_of(uidl, known);
  const std::string fresh = path_ + ".new";
  const int fd = ::open(fresh.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600);
  if (fd < 0) return system_error(fresh);
  Result<void> done = append(fd, text, fresh);
  if (done && (flock(fd, LOCK_EX | LOCK_NB) != 0 || rename(fresh.c_str(), path_.c_str()) != 0)) {
    done = system_error(fresh);
  }
  if (!done) {
    close(fd);
    return done;
  }
  close(std::exchange(fd_, fd));
  return {};
}
