#include "harvest/zip_file.h"

#include <archive.h>
#include <archive_entry.h>

#include <algorithm>
#include <array>

#include "base/text.h"

namespace hagaki::harvest {
namespace {

struct Free {
  void operator()(archive* a) const { archive_read_free(a); }
};
using Archive = std::unique_ptr<archive, Free>;

tl::unexpected<Error> damaged() {
  return fail(ErrorCode::Syntax, "the zip file is damaged or cut short");
}

tl::unexpected<Error> encrypted() {
  return fail(ErrorCode::Unsupported, "the file is protected by a password; save it without one");
}

/// By the directory at the end of the file, and not by what stands before each member.
Archive open_archive(std::string_view bytes) {
  Archive a(archive_read_new());
  if (a && (archive_read_support_format_zip_seekable(a.get()) != ARCHIVE_OK ||
            archive_read_open_memory(a.get(), bytes.data(), bytes.size()) != ARCHIVE_OK)) {
    a.reset();
  }
  return a;
}

std::string name_of(archive_entry* entry) {
  const char* utf8 = archive_entry_pathname_utf8(entry);
  const char* raw = utf8 != nullptr ? utf8 : archive_entry_pathname(entry);
  return raw == nullptr ? std::string() : to_valid_utf8(raw);
}

}  // namespace

struct ZipFile::Member::State {
  Archive a;
  std::shared_ptr<std::uint64_t> left;
  std::array<char, 65536> buffer{};
};

ZipFile::Member::Member() = default;
ZipFile::Member::Member(Member&&) noexcept = default;
ZipFile::Member& ZipFile::Member::operator=(Member&&) noexcept = default;
ZipFile::Member::~Member() = default;

Result<std::string_view> ZipFile::Member::read() {
  auto& s = *state_;
  const la_ssize_t size = archive_read_data(s.a.get(), s.buffer.data(), s.buffer.size());
  if (size < 0) return damaged();
  if (static_cast<std::uint64_t>(size) > *s.left) {
    *s.left = 0;
    return fail(ErrorCode::Limit, "it unpacks to far more than a list of customers would");
  }
  *s.left -= static_cast<std::uint64_t>(size);
  return std::string_view(s.buffer.data(), static_cast<std::size_t>(size));
}

Result<ZipFile> ZipFile::open(std::string_view bytes, const ZipBudget& budget) {
  const Archive a = open_archive(bytes);
  if (!a) return damaged();
  ZipFile out;
  out.bytes_ = bytes;
  out.left_ = std::make_shared<std::uint64_t>(
      std::min(budget.octets, budget.free_octets + budget.ratio * bytes.size()));
  archive_entry* entry = nullptr;
  for (;;) {
    const int status = archive_read_next_header(a.get(), &entry);
    if (archive_read_has_encrypted_entries(a.get()) > 0) return encrypted();
    if (status == ARCHIVE_EOF) return out;
    if (status < ARCHIVE_WARN) return damaged();
    if (archive_entry_is_encrypted(entry) != 0) return encrypted();
    if (out.names_.size() == budget.members) {
      return fail(ErrorCode::Limit, "the zip file has too many members");
    }
    out.names_.push_back(name_of(entry));
  }
}

bool ZipFile::has(std::string_view name) const {
  return std::find(names_.begin(), names_.end(), name) != names_.end();
}

Result<ZipFile::Member> ZipFile::open_member(std::string_view name) {
  auto state = std::make_unique<Member::State>();
  state->a = open_archive(bytes_);
  state->left = left_;
  if (!state->a) return damaged();
  archive_entry* entry = nullptr;
  for (;;) {
    const int status = archive_read_next_header(state->a.get(), &entry);
    if (status == ARCHIVE_EOF) {
      return fail(ErrorCode::NotFound, "the zip file has no " + std::string(name));
    }
    if (status < ARCHIVE_WARN) return damaged();
    if (name_of(entry) == name) break;
  }
  Member member;
  member.state_ = std::move(state);
  return member;
}

Result<std::string> ZipFile::read_whole(std::string_view name, std::size_t most) {
  auto member = open_member(name);
  if (!member) return tl::unexpected(member.error());
  std::string out;
  for (;;) {
    const auto piece = member->read();
    if (!piece) return tl::unexpected(piece.error());
    if (piece->empty()) return out;
    if (out.size() + piece->size() > most) {
      return fail(ErrorCode::Limit, std::string(name) + " in it is too large");
    }
    out += *piece;
  }
}

}  // namespace hagaki::harvest
