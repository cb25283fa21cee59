#pragma once

#include <ctime>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

/// The flags of a mail in a Maildir by its file name ("1.host:2,FS" has F and S).
bool is_seen(std::string_view name);

/// `name` with flag S added, as it stands in cur: "1.host:2,S".
std::string seen_name(std::string_view name);

/// Finds mails that another program has moved from new to cur, or whose flags it has changed, since
/// they were listed. A folder is read once and not for each mail, and again only for a mail that
/// was not in it then, where it has changed. Any number of threads may ask.
class MovedMails {
 public:
  /// Where the mail that was at `path` is now; empty when it is gone. `path` itself where the
  /// folder cannot be read: then it is not known.
  std::string find(const std::string& path);

 private:
  struct Folder {
    timespec changed{};    ///< when it was changed last before it was read
    bool settled = false;  ///< and that was long enough ago for `changed` to tell of each change
    std::vector<std::string> names;  ///< sorted
  };
  std::mutex mutex_;
  std::map<std::string, Folder> folders_;
};

/// Moves the mail at `path` (in new or cur of a Maildir) to cur of `maildir`, marked as seen, and
/// never onto another mail. Across file systems the copy is on disk before the mail goes.
/// Error::NotFound where there is no such mail any more, Error::Io where anything else is missing.
hagaki::Result<void> move_mail(const std::string& path, const std::string& maildir);

/// The Maildir that holds the mail at `path`: the folder above new or cur.
std::string maildir_of(const std::string& path);

/// Makes `dir` a Maildir (new, cur, tmp; for its owner alone) where it is none.
hagaki::Result<void> make_maildir(const std::string& dir);

/// Removes the mail at `path`. Error::NotFound where there is none any more.
hagaki::Result<void> delete_mail(const std::string& path);
