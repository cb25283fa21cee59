#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace hagaki::preflight {

/// What an archive holds, archives in it included.
struct ArchiveContents {
  struct Member {
    std::string path;   ///< "inner.zip/setup.exe": names are as the archive has them
    std::string begin;  ///< its first octets, 512 at most; empty where they could not be read
  };
  std::vector<Member> members;  ///< files, no folders
  bool encrypted = false;       ///< some of it, or its list of names
  std::string unread;           ///< why not all could be looked at; empty when all was
};

/// True where `bytes` begin as an archive that read_archive() knows: zip, 7z, tar, RAR, cabinet,
/// and what gzip, bzip2, xz and zstd compress.
bool is_archive(std::string_view bytes);

/// What may still be read of a mail's archives, all of them together.
struct ArchiveBudget {
  std::size_t entries = 1000;      ///< files and folders
  std::size_t octets = 64u << 20;  ///< of their contents
};

/// Lists an archive, and takes what it reads from `budget`. What is packed in it as an archive is
/// opened too, once; deeper ones are `unread`, as is what lies beyond the budget.
ArchiveContents read_archive(std::string_view bytes, ArchiveBudget& budget);

}  // namespace hagaki::preflight
