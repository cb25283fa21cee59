#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "batch.h"

/// True when `dir` has the folders of a Maildir, new and cur.
bool is_maildir(const std::string& dir);

/// What of a Maildir is read.
enum class MaildirPart {
  All,     ///< new and cur
  Unseen,  ///< new, and of cur what has no flag S
};

/// The regular files in a directory, one after the other: sorted by name, directories in it walked
/// too. Names that begin with a dot and links to directories are passed over. Of a Maildir the
/// mails in new and cur; tmp holds what is still being written. Keeps the names of one directory
/// (and of those it is in) in memory.
class Listing {
 public:
  Listing(const std::string& dir, MaildirPart part);

  /// The next file, or with FoundFile::trouble what cannot be read; nothing at the end.
  std::optional<FoundFile> next();

 private:
  struct Level {
    std::string dir;
    std::string names;  ///< each ends in NUL
    std::vector<std::size_t> order;
    std::size_t at = 0;
    bool maildir = false;
    bool unseen_only = false;
  };
  void enter(const std::string& dir);
  void list(const std::string& dir, bool maildir, bool unseen_only);

  void bad(const std::string& path, const char* why);

  MaildirPart part_;
  std::vector<FoundFile> bad_;  ///< to be given out next
  std::vector<Level> levels_;
};
