#include "preflight/archive.h"

#include <archive.h>
#include <archive_entry.h>

#include <memory>

#include "base/text.h"

namespace hagaki::preflight {
namespace {

constexpr std::size_t kInner = 16u << 20;  // of an archive inside
constexpr std::size_t kBegin = 512;
constexpr int kDepth = 2;

struct Free {
  void operator()(archive* a) const { archive_read_free(a); }
};
using Archive = std::unique_ptr<archive, Free>;

Archive open(std::string_view bytes) {
  Archive a(archive_read_new());
  if (!a) return a;
  archive_read_support_filter_gzip(a.get());
  archive_read_support_filter_bzip2(a.get());
  archive_read_support_filter_xz(a.get());
  archive_read_support_filter_lzma(a.get());
  archive_read_support_filter_zstd(a.get());
  archive_read_support_filter_compress(a.get());
  archive_read_support_format_zip(a.get());
  archive_read_support_format_7zip(a.get());
  archive_read_support_format_tar(a.get());
  archive_read_support_format_rar(a.get());
  archive_read_support_format_rar5(a.get());
  archive_read_support_format_cab(a.get());
  archive_read_support_format_raw(a.get());
  if (archive_read_open_memory(a.get(), bytes.data(), bytes.size()) != ARCHIVE_OK) a.reset();
  return a;
}

/// Reads archives into one list, within one budget.
class Reader {
 public:
  Reader(ArchiveContents& out, ArchiveBudget& budget) : out_(out), budget_(budget) {}

  void read(std::string_view bytes, const std::string& path, int depth) {
    const Archive a = open(bytes);
    if (!a) return unread("it cannot be read");
    archive_entry* entry = nullptr;
    for (;;) {
      const int status = archive_read_next_header(a.get(), &entry);
      if (archive_read_has_encrypted_entries(a.get()) > 0) out_.encrypted = true;
      if (status == ARCHIVE_EOF) return;
      if (status < ARCHIVE_WARN) {
        if (!out_.encrypted) unread("it cannot be read to its end");
        return;
      }
      // What is no archive at all is read as one raw member.
      if (archive_format(a.get()) == ARCHIVE_FORMAT_RAW && archive_filter_count(a.get()) < 2) {
        return unread("it cannot be read");
      }
      if (archive_entry_is_encrypted(entry) != 0) out_.encrypted = true;
      if (budget_.entries == 0) return unread("archives in this mail hold too many files");
      --budget_.entries;
      if (archive_entry_filetype(entry) == AE_IFDIR) {
        std::string none;  // but a folder may claim to have contents
        bool whole = true;
        if (!contents(a.get(), none, whole)) return;
        continue;
      }
      if (!member(a.get(), entry, path, depth)) return;
    }
  }

 private:
  void unread(std::string why) {
    if (out_.unread.empty()) out_.unread = std::move(why);
  }

  bool member(archive* a, archive_entry* entry, const std::string& path, int depth) {
    std::string name = path;
    if (archive_format(a) != ARCHIVE_FORMAT_RAW) {
      const char* utf8 = archive_entry_pathname_utf8(entry);
      const char* raw = utf8 != nullptr ? utf8 : archive_entry_pathname(entry);
      if (!name.empty()) name += '/';
      name += raw != nullptr ? to_valid_utf8(raw) : "?";
    }
    const std::size_t index = out_.members.size();
    out_.members.push_back({name, {}});
    if (archive_entry_is_encrypted(entry) != 0) return true;
    std::string data;
    bool whole = true;
    if (!contents(a, data, whole)) return false;
    out_.members[index].begin = data.substr(0, kBegin);
    if (!is_archive(data)) return true;
    if (depth >= kDepth) {
      unread("archives are packed in archives in it");
    } else if (!whole) {
      unread("an archive in it is too large");
    } else {
      read(data, name, depth + 1);
    }
    return true;
  }

  /// The member's first octets, and all of an archive. False where reading must end.
  ///
  /// What is not wanted is read too, for libarchive passes over most members by unpacking them,
  /// which would cost as much and count for nothing.
  bool contents(archive* a, std::string& data, bool& whole) {
    const bool skips = archive_filter_count(a) < 2 &&
                       (archive_format(a) & ARCHIVE_FORMAT_BASE_MASK) == ARCHIVE_FORMAT_TAR;
    char buffer[16384];
    for (;;) {
      const la_ssize_t size = archive_read_data(a, buffer, sizeof buffer);
      if (size == 0) return true;
      if (size < 0) {
        whole = false;
        // The next member may be fine.
        if (!out_.encrypted) unread("a file in it cannot be read");
        return size != ARCHIVE_FATAL;
      }
      if (static_cast<std::size_t>(size) > budget_.octets) {
        unread("archives in this mail hold too much");
        budget_.octets = 0;
        return false;
      }
      budget_.octets -= static_cast<std::size_t>(size);
      if (whole) data.append(buffer, static_cast<std::size_t>(size));
      // Enough is seen, or it is more than can be kept.
      if ((data.size() >= kBegin && !is_archive(data)) || data.size() > kInner) whole = false;
      if (!whole && skips) return true;
    }
  }

  ArchiveContents& out_;
  ArchiveBudget& budget_;
};

}  // namespace

bool is_archive(std::string_view bytes) {
  using std::literals::operator""sv;
  for (const auto magic : {"PK\3\4"sv, "PK\5\6"sv, "7z\xBC\xAF\x27\x1C"sv, "\x1F\x8B"sv, "BZh"sv,
                           "\xFD"
                           "7zXZ\0"sv,
                           "\x28\xB5\x2F\xFD"sv, "\x1F\x9D"sv, "Rar!\x1A\x07"sv, "MSCF"sv}) {
    if (bytes.starts_with(magic)) return true;
  }
  return bytes.size() > 262 && bytes.substr(257, 5) == "ustar";
}

ArchiveContents read_archive(std::string_view bytes, ArchiveBudget& budget) {
  ArchiveContents out;
  Reader(out, budget).read(bytes, "", 1);
  return out;
}

}  // namespace hagaki::preflight
