#include "store/known_listings.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

namespace hagaki::store {
namespace {

// "hgkl": tells it from other SQLite files.
constexpr std::int64_t kListingsApplication = 0x68676b6c;
constexpr std::int64_t kListingsFormat = 1;

constexpr const char* kListingsTables = R"(
PRAGMA application_id = 1751608172;
PRAGMA user_version = 1;
CREATE TABLE listing (
  target TEXT NOT NULL,    -- an address, or a domain in A-label form
  zone TEXT NOT NULL,
  since INTEGER NOT NULL,  -- ms since 1970: when the entry was seen first
  seen INTEGER NOT NULL,   -- and last
  codes TEXT NOT NULL,     -- answers of the list, with blanks between
  PRIMARY KEY (target, zone)
) WITHOUT ROWID;
)";
static_assert(kListingsApplication == 1751608172 && kListingsFormat == 1);
constexpr SharedFile::Kind kListings{"listings", kListingsApplication, kListingsFormat,
                                     kListingsTables};

std::string codes_of(const dnsbl::Listing& listing) {
  std::string out;
  for (const auto& code : listing.verdict.codes) out += (out.empty() ? "" : " ") + code;
  return out;
}

}  // namespace

struct KnownListings::State {
  explicit State(SharedFile opened) : file(std::move(opened)) {}

  Result<void> prepare() {
    return file.prepare({
        {&find, "SELECT zone, since FROM listing WHERE target = ?1"},
        {&set, "REPLACE INTO listing VALUES (?1, ?2, ?3, ?4, ?5)"},
        {&forget, "DELETE FROM listing WHERE target = ?1 AND zone = ?2"},
    });
  }

  /// A zone, and since when it has an entry.
  using Entry = std::pair<std::string, Timestamp>;

  Result<std::vector<Entry>> entries_of(const std::string& target) {
    std::vector<Entry> out;
    find->bind(1, std::string_view(target));
    for (;;) {
      const auto there = find->step();
      if (!there) return file.failed(there.error());
      if (!*there) break;
      out.emplace_back(find->text(0), find->time(1).value_or(Timestamp()));
    }
    find->reset();
    return out;
  }

  /// What is to be written of one listing.
  struct Note {
    std::string target;
    std::string zone;
    std::optional<Timestamp> since;  ///< nothing: the entry is gone
    Timestamp seen;
    std::string codes;
    dnsbl::Kind kind = dnsbl::Kind::Ip4;
  };

  Result<void> write(const Note& note) {
    auto& statement = note.since ? *set : *forget;
    statement.bind(1, std::string_view(note.target)).bind(2, std::string_view(note.zone));
    if (note.since) {
      statement.bind(3, note.since).bind(4, note.seen).bind(5, std::string_view(note.codes));
    }
    if (auto ok = statement.exec(); !ok) return file.failed(ok.error());
    return {};
  }

  SharedFile file;  // outlives the statements below
  std::optional<Statement> find, set, forget;
  std::vector<Note> notes;
};

KnownListings::KnownListings(std::unique_ptr<State> state) : state_(std::move(state)) {}
KnownListings::~KnownListings() = default;
KnownListings::KnownListings(KnownListings&&) noexcept = default;
KnownListings& KnownListings::operator=(KnownListings&&) noexcept = default;

Result<KnownListings> KnownListings::open(const std::string& path,
                                          std::chrono::milliseconds patience) {
  auto file = SharedFile::open(path, kListings, patience);
  if (!file) return tl::unexpected<Error>(file.error());
  KnownListings out(std::make_unique<State>(std::move(*file)));
  if (auto ok = out.state_->prepare(); !ok) return tl::unexpected<Error>(ok.error());
  return out;
}

Result<void> KnownListings::compare(std::vector<dnsbl::Listing>& rows) {
  if (rows.empty()) return {};
  const auto known = state_->entries_of(rows.front().target.text);
  if (!known) return tl::unexpected<Error>(known.error());
  for (auto& row : rows) {
    const auto before = std::find_if(known->begin(), known->end(),
                                     [&](const auto& one) { return one.first == row.zone->zone; });
    const bool was_there = before != known->end();
    row.change = dnsbl::change_of(row, was_there);
    if (row.change == dnsbl::Change::None) continue;
    row.since = was_there ? before->second : row.time;
    if (row.change == dnsbl::Change::Delisted) {
      state_->notes.push_back(
          {row.target.text, row.zone->zone, std::nullopt, {}, {}, row.target.kind});
    } else if (row.verdict.outcome == dnsbl::Outcome::Listed) {
      state_->notes.push_back(
          {row.target.text, row.zone->zone, row.since, row.time, codes_of(row), row.target.kind});
    }
  }
  return {};
}

void KnownListings::disqualified(const dnsbl::Zone& zone, dnsbl::Kind kind) {
  std::erase_if(state_->notes, [&](const State::Note& note) {
    return note.since && note.zone == zone.zone && note.kind == kind;
  });
}

Result<void> KnownListings::save() {
  const auto notes = std::exchange(state_->notes, {});
  return state_->file.transaction([&]() -> Result<void> {
    for (const auto& note : notes) {
      if (auto ok = state_->write(note); !ok) return ok;
    }
    return {};
  });
}

}  // namespace hagaki::store
