// Which logs were taken in, and how far.
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "base/digest.h"
#include "store/history_state.h"

namespace hagaki::store {
namespace {

constexpr std::int64_t kChunk = 1 << 20;

/// Reads up to `size` bytes from `at`; fewer only at the end of the file.
Result<std::string> read_at(int fd, std::int64_t at, std::int64_t size) {
  std::string out(static_cast<std::size_t>(size), '\0');
  std::size_t have = 0;
  while (have < out.size()) {
    const auto n = pread(fd, out.data() + have, out.size() - have,
                         static_cast<off_t>(at) + static_cast<off_t>(have));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return fail(ErrorCode::Io, std::generic_category().message(errno));
    if (n == 0) break;
    have += static_cast<std::size_t>(n);
  }
  out.resize(have);
  return out;
}

/// The place behind the last line end among the first `size` bytes; 0 where there is none.
Result<std::int64_t> end_of_lines(int fd, std::int64_t size) {
  for (std::int64_t end = size; end > 0;) {
    const std::int64_t begin = std::max<std::int64_t>(0, end - kChunk);
    const auto bytes = read_at(fd, begin, end - begin);
    if (!bytes) return tl::unexpected<Error>(bytes.error());
    const auto found = bytes->rfind('\n');
    if (found != std::string::npos) return begin + static_cast<std::int64_t>(found) + 1;
    end = begin;
  }
  return 0;
}

struct Known {
  std::int64_t size;
  std::int64_t lines;
  std::string hash;
};

}  // namespace

Result<std::optional<History::Log>> History::look_at_log(int fd) {
  struct stat info{};
  if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode)) return std::nullopt;
  // Only what is there now: a log may be written at the same time.
  const auto end = end_of_lines(fd, info.st_size);
  if (!end) return tl::unexpected<Error>(end.error());
  if (*end == 0) return std::nullopt;
  Log log;
  log.size = *end;

  std::vector<Known> candidates;
  std::string chain;  // SHA-256 of the chunks so far: each of the one before and of its own bytes
  for (std::int64_t at = 0; at < log.size; at += kChunk) {
    const auto bytes = read_at(fd, at, std::min(kChunk, log.size - at));
    if (!bytes) return tl::unexpected<Error>(bytes.error());
    if (static_cast<std::int64_t>(bytes->size()) < std::min(kChunk, log.size - at)) {
      return std::nullopt;  // cut short meanwhile
    }
    if (at == 0) {
      log.head = sha256_hex(std::string_view(*bytes).substr(0, bytes->find('\n')));
      auto query = Statement::prepare(
          state_->db, "SELECT size, lines, hash FROM log WHERE head = ?1 AND size <= ?2");
      if (!query) return tl::unexpected<Error>(query.error());
      query->bind(1, std::string_view(log.head)).bind(2, log.size);
      for (;;) {
        const auto row = query->step();
        if (!row) return tl::unexpected<Error>(row.error());
        if (!*row) break;
        candidates.push_back({query->integer(0), query->integer(1), query->text(2)});
      }
    }
    for (const auto& known : candidates) {
      if (known.size <= at || known.size > at + kChunk || known.size <= log.known) continue;
      const auto part =
          std::string_view(*bytes).substr(0, static_cast<std::size_t>(known.size - at));
      if (sha256_hex(chain + std::string(part)) != known.hash) continue;
      log.known = known.size;
      log.known_lines = known.lines;
    }
    log.lines += std::count(bytes->begin(), bytes->end(), '\n');
    log.hash = sha256_hex(chain + *bytes);
    chain = log.hash;
  }
  return log;
}

Result<void> History::remember_log(const Log& log, std::string_view name) {
  // What was known of it before is part of what is known now.
  auto remove = Statement::prepare(state_->db, "DELETE FROM log WHERE head = ?1 AND size = ?2");
  if (!remove) return tl::unexpected<Error>(remove.error());
  for (const std::int64_t size : {log.known, log.size}) {
    if (auto ok = remove->bind(1, std::string_view(log.head)).bind(2, size).exec(); !ok) return ok;
  }
  auto insert = Statement::prepare(state_->db, "INSERT INTO log VALUES (?1, ?2, ?3, ?4, ?5)");
  if (!insert) return tl::unexpected<Error>(insert.error());
  insert->bind(1, std::string_view(log.head)).bind(2, log.size).bind(3, log.lines);
  return insert->bind(4, std::string_view(log.hash)).bind(5, name).exec();
}

Result<void> History::rebuild() {
  return state_->db.run("DELETE FROM log; REINDEX");
}

}  // namespace hagaki::store
