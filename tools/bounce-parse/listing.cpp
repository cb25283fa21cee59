#include "listing.h"

#include <dirent.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string_view>

#include "maildir.h"

namespace {

constexpr std::size_t kDeepest = 100;  // directories in directories

bool is_directory(const std::string& path) {
  struct stat info{};
  return stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode);
}

}  // namespace

bool is_maildir(const std::string& dir) {
  return is_directory(dir + "/new") && is_directory(dir + "/cur");
}

Listing::Listing(const std::string& dir, MaildirPart part) : part_(part) {
  enter(dir);
}

void Listing::bad(const std::string& path, const char* why) {
  bad_.push_back({path, 0, false, why});
}

void Listing::enter(const std::string& dir) {
  if (levels_.size() >= kDeepest) {
    bad(dir, "directories nested too deep");
    return;
  }
  if (!is_maildir(dir)) {
    list(dir, false, false);
    return;
  }
  list(dir + "/cur", true, part_ == MaildirPart::Unseen);
  list(dir + "/new", true, false);  // on top, so read first
}

void Listing::list(const std::string& dir, bool maildir, bool unseen_only) {
  DIR* handle = opendir(dir.c_str());
  if (handle == nullptr) {
    bad(dir, std::strerror(errno));
    return;
  }
  Level level;
  level.dir = dir;
  level.maildir = maildir;
  level.unseen_only = unseen_only;
  errno = 0;
  while (const dirent* entry = readdir(handle)) {
    const std::string_view name = entry->d_name;
    if (!name.starts_with('.')) {
      level.order.push_back(level.names.size());
      level.names.append(name).push_back('\0');
    }
    errno = 0;
  }
  if (errno != 0) bad(dir, std::strerror(errno));
  closedir(handle);
  const char* names = level.names.data();
  std::sort(level.order.begin(), level.order.end(), [names](std::size_t a, std::size_t b) {
    return std::strcmp(names + a, names + b) < 0;
  });
  levels_.push_back(std::move(level));
}

std::optional<FoundFile> Listing::next() {
  for (;;) {
    if (!bad_.empty()) {
      auto file = std::move(bad_.front());
      bad_.erase(bad_.begin());
      return file;
    }
    if (levels_.empty()) return std::nullopt;
    Level& level = levels_.back();
    if (level.at == level.order.size()) {
      levels_.pop_back();
      continue;
    }
    const std::string name = level.names.data() + level.order[level.at++];
    if (level.unseen_only && is_seen(name)) continue;
    const std::string path = level.dir + '/' + name;
    struct stat info{};
    if (stat(path.c_str(), &info) != 0) {
      // Another program renames and removes mails while we list them: who reads looks again.
      if (level.maildir && errno == ENOENT) return FoundFile{path, 0, true, {}};
      return FoundFile{path, 0, false, std::strerror(errno)};
    }
    if (S_ISDIR(info.st_mode)) {
      struct stat link{};
      const bool is_link = lstat(path.c_str(), &link) == 0 && S_ISLNK(link.st_mode);
      if (!is_link && !level.maildir) enter(path);
      continue;
    }
    if (S_ISREG(info.st_mode)) {
      return FoundFile{path, static_cast<std::size_t>(info.st_size), level.maildir, {}};
    }
  }
}
