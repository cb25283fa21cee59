#include "store/spool.h"

#include <fcntl.h>
#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace hagaki::store {
namespace {

/// What stands before each record, in this machine's byte order: nobody else reads it.
struct Head {
  std::uint64_t next = 0;  // offset of the queue's next record
  std::uint64_t size = 0;
};

/// No record begins here, so that 0 is none.
constexpr std::uint64_t kBegin = sizeof(Head);

/// What is given back at once.
constexpr std::uint64_t kBlock = 16u << 10;

tl::unexpected<Error> system_error(const std::string& folder) {
  return fail(ErrorCode::Io, std::string("recipients who wait cannot be kept: ") + strerror(errno),
              folder);
}

/// Whether all of it was read or written; errno is `if_less` where only some of it was.
bool whole(ssize_t done, std::size_t wanted, int if_less) {
  if (done >= 0 && static_cast<std::size_t>(done) != wanted) errno = if_less;
  return done >= 0 && static_cast<std::size_t>(done) == wanted;
}
bool written(ssize_t done, std::size_t wanted) {
  return whole(done, wanted, ENOSPC);
}
bool was_read(ssize_t done, std::size_t wanted) {
  return whole(done, wanted, EIO);
}

}  // namespace

Spool::~Spool() {
  if (fd_ >= 0) ::close(fd_);
}

Result<void> Spool::open() {
  if (fd_ >= 0) return {};
  const std::string folder = folder_.empty() ? "." : folder_;
  fd_ = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (fd_ < 0) {
    // Not every file system has files without a name.
    std::string name = folder + "/.waiting-XXXXXX";
    fd_ = ::mkostemp(name.data(), O_CLOEXEC);
    if (fd_ >= 0) ::unlink(name.c_str());
  }
  if (fd_ < 0) return system_error(folder);
  end_ = kBegin;
  return {};
}

void Spool::hold(std::uint64_t at, std::uint64_t size) {
  for (auto block = at / kBlock; block * kBlock < at + size; ++block) ++held_[block];
}

void Spool::give_back(std::uint64_t at, std::uint64_t size) {
  for (auto block = at / kBlock; block * kBlock < at + size; ++block) {
    const auto held = held_.find(block);
    if (--held->second > 0) continue;
    held_.erase(held);
    // The last one is still written to.
    if ((block + 1) * kBlock > end_) continue;
    (void)::fallocate(fd_, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
                      static_cast<off_t>(block * kBlock), kBlock);
  }
}

Result<void> Spool::push(Queue& queue, std::string_view record) {
  if (auto opened = open(); !opened) return opened;
  Head head{0, record.size()};
  std::array<iovec, 2> parts{
      {{&head, sizeof head}, {const_cast<char*>(record.data()), record.size()}}};
  const auto size = sizeof head + record.size();
  if (!written(::pwritev(fd_, parts.data(), 2, static_cast<off_t>(end_)), size)) {
    return system_error(folder_);
  }
  if (queue.count > 0) {
    // `next` is the first of Head.
    if (!written(::pwrite(fd_, &end_, sizeof end_, static_cast<off_t>(queue.tail)), sizeof end_)) {
      return system_error(folder_);
    }
  } else {
    queue.head = end_;
  }
  hold(end_, size);
  queue.tail = end_;
  ++queue.count;
  ++count_;
  end_ += size;
  return {};
}

Result<std::optional<std::string>> Spool::pop(Queue& queue) {
  if (queue.count == 0) return std::optional<std::string>();
  Head head;
  if (!was_read(::pread(fd_, &head, sizeof head, static_cast<off_t>(queue.head)), sizeof head)) {
    return system_error(folder_);
  }
  std::string record(head.size, '\0');
  const auto at = static_cast<off_t>(queue.head + sizeof head);
  if (!was_read(::pread(fd_, record.data(), record.size(), at), record.size())) {
    return system_error(folder_);
  }
  give_back(queue.head, sizeof head + head.size);
  queue.head = head.next;
  --queue.count;
  if (--count_ == 0) {
    // Nobody waits any more: the room is free.
    if (::ftruncate(fd_, 0) == 0) end_ = kBegin;
  }
  return std::optional<std::string>(std::move(record));
}

}  // namespace hagaki::store
