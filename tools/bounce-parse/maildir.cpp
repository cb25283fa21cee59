#include "maildir.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <optional>
#include <utility>

using namespace hagaki;

namespace {

constexpr std::string_view kInfo = ":2,";
constexpr time_t kClockStep = 1;  // seconds in which two changes of a folder may look like one

tl::unexpected<Error> system_error(const std::string& path) {
  return fail(errno == ENOENT ? ErrorCode::NotFound : ErrorCode::Io, std::strerror(errno), path);
}

/// What is missing may be the mail, or the folder that it goes to.
tl::unexpected<Error> not_moved(const std::string& path, const std::string& maildir) {
  const int why = errno;
  struct stat info{};
  const bool gone = why == ENOENT && lstat(path.c_str(), &info) != 0;
  return fail(gone ? ErrorCode::NotFound : ErrorCode::Io, std::strerror(why),
              path + " to " + maildir);
}

struct Split {
  std::string dir;
  std::string name;
};

Split split_path(const std::string& path) {
  const auto slash = path.rfind('/');
  if (slash == std::string::npos) return {".", path};
  return {path.substr(0, slash), path.substr(slash + 1)};
}

std::string_view base_of(std::string_view name) {
  return name.substr(0, name.rfind(kInfo));
}

/// A name that no other mail has: for one that is taken.
std::string fresh_name(std::string_view name) {
  static int counter = 0;
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  const auto base = base_of(name);
  return std::to_string(now.tv_sec) + ".M" + std::to_string(now.tv_nsec / 1000) + "P" +
         std::to_string(getpid()) + "Q" + std::to_string(++counter) + "." +
         std::string(base.substr(base.rfind('.') + 1)) + std::string(name.substr(base.size()));
}

/// Renames, but never onto something.
bool rename_new(const std::string& from, const std::string& to) {
  if (renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return true;
  if (errno != EINVAL && errno != ENOSYS) return false;
  // A file system that cannot promise this: a second link is refused where the name is taken.
  return link(from.c_str(), to.c_str()) == 0 && unlink(from.c_str()) == 0;
}

bool write_all(int fd, const char* bytes, std::size_t size) {
  while (size > 0) {
    const ssize_t n = write(fd, bytes, size);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    bytes += n;
    size -= static_cast<std::size_t>(n);
  }
  return true;
}

bool copy_synced(const std::string& from, const std::string& to) {
  const int in = open(from.c_str(), O_RDONLY | O_CLOEXEC);
  if (in < 0) return false;
  const int out = open(to.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  bool ok = out >= 0;
  std::array<char, 64u << 10> block{};
  while (ok) {
    const ssize_t n = read(in, block.data(), block.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) {
      ok = n == 0;
      break;
    }
    ok = write_all(out, block.data(), static_cast<std::size_t>(n));
  }
  ok = ok && fsync(out) == 0;
  const int why = errno;
  if (out >= 0) close(out);
  close(in);
  if (!ok && out >= 0) unlink(to.c_str());
  errno = why;
  return ok;
}

void sync_directory(const std::string& dir) {
  const int fd = open(dir.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return;
  fsync(fd);
  close(fd);
}

bool make_directory(const std::string& dir) {
  if (mkdir(dir.c_str(), 0700) == 0) return true;
  struct stat info{};
  return errno == EEXIST && stat(dir.c_str(), &info) == 0 && S_ISDIR(info.st_mode);
}

bool same(const timespec& a, const timespec& b) {
  return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

/// What stands in a directory, sorted; nothing where it cannot be read.
std::optional<std::vector<std::string>> names_in(const std::string& dir) {
  DIR* handle = opendir(dir.c_str());
  if (handle == nullptr) return std::nullopt;
  std::vector<std::string> names;
  while (const dirent* entry = readdir(handle)) names.emplace_back(entry->d_name);
  closedir(handle);
  std::sort(names.begin(), names.end());
  return names;
}

/// Where in `dir` the mail called `base` is, by the names that were read, and is still.
std::string find_mail(const std::string& dir, const std::vector<std::string>& names,
                      const std::string& base) {
  struct stat info{};
  for (const auto& from : {base + std::string(kInfo), base}) {
    const auto at = std::lower_bound(names.begin(), names.end(), from);
    if (at == names.end() || base_of(*at) != base) continue;
    auto path = dir + '/' + *at;
    if (lstat(path.c_str(), &info) == 0) return path;
  }
  return {};
}

}  // namespace

bool is_seen(std::string_view name) {
  const auto info = name.rfind(kInfo);
  return info != std::string_view::npos && name.find('S', info + kInfo.size()) != name.npos;
}

std::string seen_name(std::string_view name) {
  const auto info = name.rfind(kInfo);
  std::string flags(info == name.npos ? "" : name.substr(info + kInfo.size()));
  if (flags.find('S') == std::string::npos) flags.push_back('S');
  std::sort(flags.begin(), flags.end());  // as maildir(5) wants them
  return std::string(name.substr(0, info)) + std::string(kInfo) + flags;
}

std::string maildir_of(const std::string& path) {
  return split_path(split_path(path).dir).dir;
}

std::string MovedMails::find(const std::string& path) {
  const auto cur = maildir_of(path) + "/cur";
  const std::string base(base_of(split_path(path).name));
  const std::lock_guard lock(mutex_);
  auto& folder = folders_[cur];
  if (auto found = find_mail(cur, folder.names, base); !found.empty()) return found;
  struct stat info{};
  if (stat(cur.c_str(), &info) != 0) return errno == ENOENT ? std::string() : path;
  if (folder.settled && same(folder.changed, info.st_mtim)) return {};
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  auto names = names_in(cur);
  if (!names) return path;
  folder.changed = info.st_mtim;
  folder.settled = now.tv_sec > info.st_mtim.tv_sec + kClockStep;
  folder.names = std::move(*names);
  return find_mail(cur, folder.names, base);
}

Result<void> move_mail(const std::string& path, const std::string& maildir) {
  const std::string name = seen_name(split_path(path).name);
  std::string to = maildir + "/cur/" + name;
  if (path == to) return {};
  if (rename_new(path, to)) return {};
  if (errno == EEXIST) {
    if (rename_new(path, maildir + "/cur/" + fresh_name(name))) return {};
  }
  if (errno != EXDEV) return not_moved(path, maildir);
  const std::string fresh = fresh_name(name);
  const std::string copy = maildir + "/tmp/" + fresh;
  if (!copy_synced(path, copy)) return not_moved(path, maildir);
  if (!rename_new(copy, maildir + "/cur/" + fresh)) {
    auto error = not_moved(path, maildir);
    unlink(copy.c_str());
    return error;
  }
  sync_directory(maildir + "/cur");
  return delete_mail(path);
}

Result<void> make_maildir(const std::string& dir) {
  for (const char* part : {"", "/tmp", "/new", "/cur"}) {
    if (!make_directory(dir + part)) return system_error(dir + part);
  }
  return {};
}

Result<void> delete_mail(const std::string& path) {
  if (unlink(path.c_str()) == 0) return {};
  return system_error(path);
}
