#include "store/journal_reader.h"

#include "store/journal_schema.h"
#include "store/open_journal.h"

namespace hagaki::store {

Result<std::optional<JournalReader>> JournalReader::open(const std::string& path) {
  const auto kind = journal_file_kind(path);
  if (!kind) return tl::unexpected<Error>(kind.error());
  if (*kind == FileKind::Newer) {
    return fail(ErrorCode::Config, "a journal of a newer version", path);
  }
  // What a file without tables will be stands in its log.
  const bool unwritten = *kind == FileKind::Empty && has_log(path);
  if (*kind != FileKind::Journal && !unwritten) return std::optional<JournalReader>();
  JournalReader out;
  out.path_ = path;
  out.last_written_ = last_change(path);
  auto ok = with_journal(path, [&out](const Database& db) -> Result<void> {
    auto campaign = journal_campaign(db);
    if (!campaign) return tl::unexpected<Error>(campaign.error());
    out.campaign_ = std::move(*campaign);
    return {};
  });
  if (!ok) {
    if (unwritten && ok.error().code == ErrorCode::Config) return std::optional<JournalReader>();
    if (ok.error().context.empty()) ok.error().context = path;
    return tl::unexpected<Error>(ok.error());
  }
  if (out.campaign_.empty()) return std::optional<JournalReader>();
  return std::optional<JournalReader>(std::move(out));
}

Result<void> JournalReader::for_each(const std::function<void(const JournalEntry&)>& visit) const {
  return with_journal(path_, [&visit](const Database& db) -> Result<void> {
    const auto format = journal_format(db);
    if (!format) return tl::unexpected<Error>(format.error());
    auto query =
        Statement::prepare(db, *format >= 2 ? "SELECT key, standing, event, at FROM recipient"
                                            : "SELECT key, standing, event, NULL FROM recipient");
    if (!query) return tl::unexpected<Error>(query.error());
    JournalEntry entry;
    for (;;) {
      const auto row = query->step();
      if (!row) return tl::unexpected<Error>(row.error());
      if (!*row) return {};
      entry.key = query->text(0);
      entry.standing = static_cast<Standing>(query->integer(1));
      entry.event = query->text(2);
      entry.at.reset();
      if (const auto at = query->integer(3); at != 0) {
        entry.at = Timestamp(std::chrono::milliseconds(at));
      }
      visit(entry);
    }
  });
}

}  // namespace hagaki::store
