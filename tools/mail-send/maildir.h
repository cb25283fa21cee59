#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

/// A Maildir to deliver into (tmp, then new).
class Maildir {
 public:
  enum class Put { Written, Exists };

  /// Makes the folder, with tmp, new and cur, where it does not exist.
  static hagaki::Result<Maildir> open(const std::string& path);

  /// Delivers `message` under `name` (a file name without ":" and "/"). Exists when new or cur
  /// holds one of that name already; nothing is changed then.
  hagaki::Result<Put> put(const std::string& name, std::string_view message) const;

 private:
  explicit Maildir(std::string path) : path_(std::move(path)) {}
  std::string path_;
};
