#include "store/sts_policies.h"

#include <utility>

#include "base/text.h"

namespace hagaki::store {
namespace {

// "hgks": tells it from other SQLite files.
constexpr std::int64_t kApplication = 0x68676b73;
constexpr std::int64_t kFormat = 1;

// Names are written out so that the file can be read with sqlite3(1).
constexpr const char* kTables = R"(
PRAGMA application_id = 1751608179;
PRAGMA user_version = 1;
CREATE TABLE policy (
  domain TEXT PRIMARY KEY,
  id TEXT NOT NULL,          -- of the TXT record when it was fetched
  mode TEXT NOT NULL,        -- none, testing, enforce
  mx TEXT NOT NULL,          -- patterns with blanks between
  fetched INTEGER NOT NULL,  -- ms since 1970
  until INTEGER NOT NULL     -- the same
) WITHOUT ROWID;
)";
static_assert(kApplication == 1751608179 && kFormat == 1);
constexpr SharedFile::Kind kKind{"MTA-STS policies", kApplication, kFormat, kTables};

}  // namespace

struct StsPolicies::State {
  explicit State(SharedFile opened) : file(std::move(opened)) {}

  Result<void> prepare() {
    return file.prepare({
        {&find, "SELECT id, mode, mx, fetched, until FROM policy WHERE domain = ?1 AND until > ?2"},
        {&set, "REPLACE INTO policy VALUES (?1, ?2, ?3, ?4, ?5, ?6)"},
        {&forget, "DELETE FROM policy WHERE until <= ?1"},
    });
  }

  /// Forgets what is over.
  Result<void> tidy(Timestamp now) {
    if (auto ok = forget->bind(1, now).exec(); !ok) return file.failed(ok.error());
    return {};
  }

  SharedFile file;  // outlives the statements below
  std::optional<Statement> find, set, forget;
};

StsPolicies::StsPolicies(std::unique_ptr<State> state) : state_(std::move(state)) {}
StsPolicies::~StsPolicies() = default;
StsPolicies::StsPolicies(StsPolicies&&) noexcept = default;
StsPolicies& StsPolicies::operator=(StsPolicies&&) noexcept = default;

Result<StsPolicies> StsPolicies::open(const std::string& path, Timestamp now,
                                      std::chrono::milliseconds patience) {
  auto file = SharedFile::open(path, kKind, patience);
  if (!file) return tl::unexpected<Error>(file.error());
  StsPolicies out(std::make_unique<State>(std::move(*file)));
  if (auto ok = out.state_->prepare(); !ok) return tl::unexpected<Error>(ok.error());
  if (auto ok = out.state_->tidy(now); !ok) return tl::unexpected<Error>(ok.error());
  return out;
}

Result<std::optional<StsPolicies::Kept>> StsPolicies::find(std::string_view domain, Timestamp now) {
  auto& row = *state_->find;
  const auto there = row.bind(1, domain).bind(2, now).step();
  if (!there) return state_->file.failed(there.error());
  std::optional<Kept> out;
  const auto mode = *there ? tlspolicy::parse_sts_mode(row.text(1)) : std::nullopt;
  const auto until = *there ? row.time(4) : std::nullopt;
  if (mode && until) {
    out.emplace();
    out->id = row.text(0);
    out->policy.mode = *mode;
    const std::string patterns = row.text(2);
    for (const auto pattern : split(patterns, ' ')) {
      if (!pattern.empty()) out->policy.mx.emplace_back(pattern);
    }
    out->policy.max_age = std::chrono::duration_cast<std::chrono::seconds>(
        *until - row.time(3).value_or(Timestamp()));
    out->until = *until;
  }
  row.reset();
  return out;
}

Result<void> StsPolicies::keep(std::string_view domain, std::string_view id,
                               const tlspolicy::StsPolicy& policy, Timestamp now) {
  std::string patterns;
  for (const auto& pattern : policy.mx) patterns += (patterns.empty() ? "" : " ") + pattern;
  auto& set = *state_->set;
  set.bind(1, domain).bind(2, id).bind(3, tlspolicy::sts_mode_name(policy.mode));
  set.bind(4, std::string_view(patterns)).bind(5, now).bind(6, now + policy.max_age);
  if (auto ok = set.exec(); !ok) return state_->file.failed(ok.error());
  return {};
}

}  // namespace hagaki::store
