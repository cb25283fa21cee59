#pragma once

#include <string>
#include <string_view>
#include <unordered_set>

#include "base/result.h"

/// A Maildir to deliver into (tmp, then new).
class Maildir {
 public:
  enum class Put { Written, Exists };

  /// Makes the folder, with tmp, new and cur, where it does not exist, and reads what it holds.
  static hagaki::Result<Maildir> open(const std::string& path);

  /// Delivers `message` under `name` (a file name without ":" and "/"). Exists when new or cur
  /// held one of that name, whatever its flags, or it was delivered before; nothing is changed
  /// then.
  hagaki::Result<Put> put(const std::string& name, std::string_view message);

 private:
  explicit Maildir(std::string path) : path_(std::move(path)) {}
  std::string path_;
  std::unordered_set<std::string> names_;  // without flags
};
