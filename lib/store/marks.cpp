#include "store/marks.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <fstream>
#include <string_view>
#include <thread>
#include <utility>

#include "base/text.h"

namespace hagaki::store {
namespace {

constexpr std::size_t kHeader = 64;
constexpr off_t kLargest = 1 << 20;
constexpr std::uint32_t kMagic = 0x68676b31;

/// One slot as it lies in the file. Read only on the machine that wrote it, so in its byte order.
struct Slot {
  std::uint64_t id = 0;
  std::uint32_t attempt = 0;
  std::uint32_t check = 0;
};
static_assert(sizeof(Slot) == 16);

std::uint32_t check_of(const Slot& slot) {
  const auto mixed = (slot.id ^ (slot.id >> 32)) * 0x9E3779B1u + slot.attempt;
  return static_cast<std::uint32_t>(mixed) ^ kMagic;
}

constexpr std::string_view kName = "hagaki-sent 1 ";

std::string header_of(const std::string& nonce) {
  std::string header = std::string(kName) + nonce;
  header.resize(kHeader, '\n');
  return header;
}

/// Whether a page of a file that has its blocks can be written without asking for more room. XFS is
/// none of these: a page of a file that somebody copied by reflink needs a block of its own, and a
/// full disk would end the program there.
bool writes_in_place(int fd) {
  constexpr std::array<std::uint64_t, 2> kThese = {EXT4_SUPER_MAGIC, TMPFS_MAGIC};
  struct statfs info{};
  if (fstatfs(fd, &info) != 0) return false;
  const auto type = static_cast<std::uint32_t>(info.f_type);
  return std::find(kThese.begin(), kThese.end(), type) != kThese.end();
}

Error system_error(const std::string& path) {
  return {ErrorCode::Io, std::strerror(errno), path};
}

/// Takes the lock. Someone may hold it for the instant in which he looks whether it is held.
bool lock(int fd) {
  constexpr int kTries = 20;
  for (int tries = kTries; flock(fd, LOCK_EX | LOCK_NB) != 0; --tries) {
    if (errno != EWOULDBLOCK || tries == 0) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return true;
}

/// Whether what is open as `fd` may be written over: marks, or a file in which nothing is, as
/// clear() leaves one when it is cut short.
Result<bool> is_ours(int fd, const std::string& path) {
  struct stat info{};
  if (fstat(fd, &info) != 0) return tl::unexpected<Error>(system_error(path));
  if (!S_ISREG(info.st_mode) || info.st_size > kLargest) return false;
  std::string bytes(static_cast<std::size_t>(info.st_size), '\0');
  if (pread(fd, bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
    return tl::unexpected<Error>(system_error(path));
  }
  return bytes.starts_with(kName) || bytes.find_first_not_of('\0') == std::string::npos;
}

}  // namespace

Result<Marks> Marks::open(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return tl::unexpected<Error>(system_error(path));
  Marks marks(fd, path);
  if (!lock(fd)) {
    if (errno != EWOULDBLOCK) return tl::unexpected<Error>(system_error(path));
    return fail(ErrorCode::Retry, "another process is running this campaign", path);
  }
  // The lock comes first: its holder may be writing.
  const auto ours = is_ours(fd, path);
  if (!ours) return tl::unexpected<Error>(ours.error());
  if (!*ours) {
    return fail(ErrorCode::Config, "this file is in the way: it belongs to no journal", path);
  }
  return marks;
}

bool Marks::locked(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return false;
  const bool locked = flock(fd, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
  ::close(fd);
  return locked;
}

Marks::~Marks() {
  if (map_) munmap(map_, mapped_);
  if (fd_ >= 0) ::close(fd_);
}

Marks::Marks(Marks&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      path_(std::move(other.path_)),
      map_(std::exchange(other.map_, nullptr)),
      mapped_(std::exchange(other.mapped_, 0)) {}

void Marks::map(std::size_t size) {
  if (map_ || !writes_in_place(fd_)) return;
  void* at = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd_, 0);
  if (at == MAP_FAILED) return;
  map_ = static_cast<char*>(at);
  mapped_ = size;
}

bool Marks::used() const {
  std::string begin(kName.size(), '\0');
  return pread(fd_, begin.data(), begin.size(), 0) == static_cast<ssize_t>(begin.size()) &&
         begin == kName;
}

Result<std::vector<Marks::Mark>> Marks::read(const std::string& nonce) const {
  struct stat info{};
  if (fstat(fd_, &info) != 0) return tl::unexpected<Error>(system_error(path_));
  if (info.st_size < static_cast<off_t>(kHeader) || info.st_size > kLargest) {
    return fail(ErrorCode::NotFound, "no marks", path_);
  }
  std::string bytes(static_cast<std::size_t>(info.st_size), '\0');
  if (pread(fd_, bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
    return tl::unexpected<Error>(system_error(path_));
  }
  if (bytes.compare(0, kHeader, header_of(nonce)) != 0) {
    return fail(ErrorCode::NotFound, "marks of another journal", path_);
  }
  std::vector<Mark> marks;
  for (std::size_t at = kHeader; at + sizeof(Slot) <= bytes.size(); at += sizeof(Slot)) {
    Slot slot;
    std::memcpy(&slot, bytes.data() + at, sizeof slot);
    // Free, or cut off while it was written: then nothing of that message was out.
    if (slot.id == 0) continue;
    if (slot.check != check_of(slot)) return fail(ErrorCode::NotFound, "damaged marks", path_);
    marks.push_back({slot.id, static_cast<int>(slot.attempt)});
  }
  return marks;
}

Result<void> Marks::clear(const std::string& nonce, std::size_t slots) {
  std::string bytes = header_of(nonce);
  bytes.resize(kHeader + slots * sizeof(Slot), '\0');
  // Slots first: a file with the right header and old marks must never be seen half done.
  const auto size = static_cast<ssize_t>(bytes.size() - kHeader);
  if (pwrite(fd_, bytes.data() + kHeader, static_cast<std::size_t>(size), kHeader) != size ||
      pwrite(fd_, bytes.data(), kHeader, 0) != static_cast<ssize_t>(kHeader)) {
    return tl::unexpected<Error>(system_error(path_));
  }
  map(bytes.size());
  return {};
}

bool Marks::set(std::size_t slot, Mark mark) {
  Slot raw;
  raw.id = mark.id;
  raw.attempt = static_cast<std::uint32_t>(mark.attempt);
  raw.check = check_of(raw);
  const auto at = kHeader + slot * sizeof raw;
  if (at + sizeof raw > mapped_) {
    return pwrite(fd_, &raw, sizeof raw, static_cast<off_t>(at)) ==
           static_cast<ssize_t>(sizeof raw);
  }
  // A kill may come between two of these: the id goes first and comes last.
  std::array<std::uint64_t, 2> words{};
  std::memcpy(words.data(), &raw, sizeof raw);
  auto* const place = reinterpret_cast<std::uint64_t*>(map_ + at);
  std::atomic_ref(place[0]).store(0, std::memory_order_release);
  std::atomic_ref(place[1]).store(words[1], std::memory_order_release);
  std::atomic_ref(place[0]).store(words[0], std::memory_order_release);
  return true;
}

std::string boot_id() {
  std::ifstream in("/proc/sys/kernel/random/boot_id");
  std::string id;
  std::getline(in, id);
  return std::string(trim(id));
}

}  // namespace hagaki::store
