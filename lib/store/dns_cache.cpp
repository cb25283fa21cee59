#include "store/dns_cache.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "dns/names.h"

namespace hagaki::store {
namespace {

// "hgkd": tells it from other SQLite files.
constexpr std::int64_t kCacheApplication = 0x68676b64;
constexpr std::int64_t kCacheFormat = 1;

// Names are written out so that the file can be read with sqlite3(1).
constexpr const char* kCacheTables = R"(
PRAGMA application_id = 1751608164;
PRAGMA user_version = 1;
CREATE TABLE domain (
  domain TEXT PRIMARY KEY,
  status TEXT NOT NULL,      -- mx_status
  mx TEXT NOT NULL,          -- preference=host, with blanks between
  dnssec INTEGER NOT NULL,   -- the resolver vouched for it
  checked INTEGER NOT NULL,  -- one of the hosts had an address
  until INTEGER NOT NULL     -- ms since 1970
) WITHOUT ROWID;
)";
static_assert(kCacheApplication == 1751608164 && kCacheFormat == 1);
constexpr SharedFile::Kind kKind{"DNS answers", kCacheApplication, kCacheFormat, kCacheTables};

std::optional<dns::MxStatus> parse_status(std::string_view name) {
  using dns::MxStatus;
  for (const auto status : {MxStatus::Ok, MxStatus::Implicit, MxStatus::NullMx, MxStatus::NoDomain,
                            MxStatus::NoMailHost}) {
    if (dns::mx_status_name(status) == name) return status;
  }
  return std::nullopt;
}

std::string text_of(const std::vector<dns::MailHost>& hosts) {
  std::string out;
  for (const auto& host : hosts) {
    if (!out.empty()) out += ' ';
    out += std::to_string(host.preference) + '=' + host.host;
  }
  return out;
}

/// Nothing where somebody else wrote it.
std::optional<std::vector<dns::MailHost>> parse_hosts(std::string_view text) {
  std::vector<dns::MailHost> out;
  if (text.empty()) return out;
  for (const auto part : split(text, ' ')) {
    const auto equals = part.find('=');
    if (equals == 0 || equals > 5 || equals + 1 >= part.size()) return std::nullopt;
    unsigned preference = 0;
    for (const char c : part.substr(0, equals)) {
      if (c < '0' || c > '9') return std::nullopt;
      preference = preference * 10 + static_cast<unsigned>(c - '0');
    }
    const auto host = part.substr(equals + 1);
    if (preference > 65'535 || !dns::check_name(host)) return std::nullopt;
    out.push_back({std::string(host), static_cast<std::uint16_t>(preference)});
  }
  return out;
}

bool has_hosts(dns::MxStatus status) {
  return status == dns::MxStatus::Ok || status == dns::MxStatus::Implicit;
}

}  // namespace

struct DnsCache::State {
  explicit State(SharedFile opened) : file(std::move(opened)) {}

  Result<void> prepare() {
    return file.prepare({
        {&find, "SELECT status, mx, dnssec, checked, until FROM domain WHERE domain = ?1"},
        {&set, "REPLACE INTO domain VALUES (?1, ?2, ?3, ?4, ?5, ?6)"},
        {&forget, "DELETE FROM domain WHERE until <= ?1"},
    });
  }

  Result<void> set_one(const Entry& entry, Timestamp now) {
    const auto& found = entry.found;
    const auto seconds = std::min(found.keep, kLongest);
    if (seconds == 0 || !parse_status(dns::mx_status_name(found.status))) return {};
    const std::string hosts = text_of(found.hosts);
    set->bind(1, std::string_view(entry.domain)).bind(2, dns::mx_status_name(found.status));
    set->bind(3, std::string_view(hosts)).bind(4, std::int64_t{found.authenticated});
    set->bind(5, std::int64_t{entry.hosts_checked}).bind(6, now + std::chrono::seconds{seconds});
    if (auto ok = set->exec(); !ok) return file.failed(ok.error());
    return {};
  }

  SharedFile file;  // outlives the statements below
  std::optional<Statement> find, set, forget;
};

DnsCache::DnsCache(std::unique_ptr<State> state) : state_(std::move(state)) {}
DnsCache::~DnsCache() = default;
DnsCache::DnsCache(DnsCache&&) noexcept = default;
DnsCache& DnsCache::operator=(DnsCache&&) noexcept = default;

Result<DnsCache> DnsCache::open(const std::string& path, Timestamp now,
                                std::chrono::milliseconds patience) {
  auto file = SharedFile::open(path, kKind, patience);
  if (!file) return tl::unexpected<Error>(file.error());
  DnsCache out(std::make_unique<State>(std::move(*file)));
  if (auto ok = out.state_->prepare(); !ok) return tl::unexpected<Error>(ok.error());
  if (auto ok = out.state_->forget->bind(1, now).exec(); !ok) {
    return out.state_->file.failed(ok.error());
  }
  return out;
}

Result<std::optional<dns::MailHosts>> DnsCache::find(std::string_view domain, bool hosts_checked,
                                                     Timestamp now) {
  auto& row = *state_->find;
  const auto there = row.bind(1, domain).step();
  if (!there) return state_->file.failed(there.error());
  std::optional<dns::MailHosts> out;
  const auto until = *there ? row.time(4) : std::nullopt;
  // A clock that was set back must not make an answer last for longer than any may.
  if (until && *until > now && *until - now <= std::chrono::seconds{kLongest}) {
    const auto status = parse_status(row.view(0));
    auto hosts = parse_hosts(row.view(1));
    const bool checked = row.integer(3) != 0;
    const bool wanted = status != dns::MxStatus::Ok || checked || !hosts_checked;
    if (status && hosts && wanted && (!has_hosts(*status) || !hosts->empty())) {
      out.emplace();
      out->status = *status;
      out->hosts = std::move(*hosts);
      out->authenticated = row.integer(2) != 0;
      out->keep = static_cast<std::uint32_t>(
          std::chrono::duration_cast<std::chrono::seconds>(*until - now).count());
    }
  }
  row.reset();
  return out;
}

Result<void> DnsCache::keep(const std::vector<Entry>& entries, Timestamp now) {
  return state_->file.transaction([&]() -> Result<void> {
    for (const auto& entry : entries) {
      if (auto ok = state_->set_one(entry, now); !ok) return ok;
    }
    return {};
  });
}

}  // namespace hagaki::store
