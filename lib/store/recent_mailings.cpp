#include "store/recent_mailings.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "store/journal_reader.h"
#include "store/journal_schema.h"

namespace hagaki::store {
namespace {

/// The regular files in `folder`, in order; none where there is no folder.
Result<std::vector<std::string>> files_in(const std::string& folder) {
  namespace fs = std::filesystem;
  std::vector<std::string> out;
  std::error_code error;
  if (!fs::exists(folder, error) && !error) return out;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    std::error_code none;
    if (it->is_regular_file(none)) out.push_back(it->path().string());
  }
  if (error) return fail(ErrorCode::Io, error.message(), folder);
  std::sort(out.begin(), out.end());
  return out;
}

/// When one was mailed, if at all: certain where an outcome with its time says so.
struct Guess {
  Timestamp at;
  bool certain;
};

std::optional<Guess> mailed(const JournalEntry& entry, Timestamp last_written) {
  if (entry.standing == Standing::InFlight || entry.standing == Standing::Interrupted) {
    return Guess{last_written, false};
  }
  if (entry.event != "delivered" && entry.event != "uncertain") return std::nullopt;
  if (!entry.at) return Guess{last_written, false};
  return Guess{*entry.at, entry.event == "delivered"};
}

/// A journal that cannot be read may hold anybody.
tl::unexpected<Error> unread(Error error) {
  error.message +=
      "; who was mailed lately stands in all journals of a folder: move this file to "
      "another, or give --journal in one";
  return tl::unexpected<Error>(std::move(error));
}

}  // namespace

Result<RecentMailings> RecentMailings::read(const std::string& folder, const std::string& campaign,
                                            Timestamp since, const rules::KeyHasher& hasher) {
  RecentMailings out(hasher);
  const auto files = files_in(folder);
  if (!files) return tl::unexpected<Error>(files.error());
  for (const std::string& path : *files) {
    // Its marks, logs and indexes are no journals themselves.
    if (path.ends_with("-wal") || path.ends_with("-shm")) continue;
    if (last_change(path) < since) continue;
    const auto journal = JournalReader::open(path);
    if (!journal) return unread(journal.error());
    if (!*journal || (*journal)->campaign() == campaign) continue;
    const auto number = static_cast<std::uint32_t>(out.campaigns_.size());
    out.campaigns_.push_back((*journal)->campaign());
    auto read = (*journal)->for_each([&](const JournalEntry& entry) {
      const auto guess = mailed(entry, (*journal)->last_written());
      if (!guess || guess->at < since) return;
      const auto at_ms = guess->at.time_since_epoch().count();
      Entry& known = out.entries_.insert(hasher(entry.key)).first;
      if (at_ms > known.at_ms) known = {at_ms, number, guess->certain};
    });
    if (!read) return unread(read.error());
  }
  return out;
}

std::optional<RecentMailings::Mailing> RecentMailings::find(std::string_view key) const {
  const Entry* entry = entries_.find(hasher_(key));
  if (entry == nullptr) return std::nullopt;
  return Mailing{Timestamp(std::chrono::milliseconds(entry->at_ms)), entry->certain,
                 campaigns_[entry->campaign]};
}

}  // namespace hagaki::store
