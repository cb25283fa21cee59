#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

/// The flags of a mail in a Maildir by its file name ("1.host:2,FS" has F and S).
bool is_seen(std::string_view name);

/// `name` with flag S added, as it stands in cur: "1.host:2,S".
std::string seen_name(std::string_view name);

/// Where the mail that was at `path` is now, when another program has moved it from new to cur or
/// changed its flags; empty when it is gone.
std::string find_moved(const std::string& path);

/// Moves the mail at `path` (in new or cur of a Maildir) to cur of `maildir`, marked as seen, and
/// never onto another mail. Across file systems the copy is on disk before the mail goes.
hagaki::Result<void> move_mail(const std::string& path, const std::string& maildir);

/// The Maildir that holds the mail at `path`: the folder above new or cur.
std::string maildir_of(const std::string& path);

/// Makes `dir` a Maildir (new, cur, tmp; for its owner alone) where it is none.
hagaki::Result<void> make_maildir(const std::string& dir);

/// Removes the mail at `path`.
hagaki::Result<void> delete_mail(const std::string& path);
