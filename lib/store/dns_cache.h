#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "dns/mail_hosts.h"
#include "store/shared_file.h"

namespace hagaki::store {

/// Where mail for domains goes, kept over runs and processes in one SQLite file, each domain for as
/// long as DNS allows, a day at most. What could not be found out (Retry, Error) is never kept.
/// Errors as SharedFile has them.
class DnsCache {
 public:
  static constexpr std::uint32_t kLongest = 86'400;  ///< seconds

  struct Entry {
    std::string domain;  ///< A-label form
    dns::MailHosts found;
    bool hosts_checked = false;  ///< an Ok was seen to have a host that exists
  };

  /// Forgets what is over at `now`.
  static Result<DnsCache> open(const std::string& path, Timestamp now,
                               std::chrono::milliseconds patience = SharedFile::kPatience);
  ~DnsCache();
  DnsCache(DnsCache&&) noexcept;
  DnsCache& operator=(DnsCache&&) noexcept;

  /// What holds for `domain` at `now`, without `ttl`; nothing where an Ok was not checked and
  /// `hosts_checked` wants that.
  Result<std::optional<dns::MailHosts>> find(std::string_view domain, bool hosts_checked,
                                             Timestamp now);
  /// Keeps what was found at `now`, in one transaction, each in place of what there was.
  Result<void> keep(const std::vector<Entry>& entries, Timestamp now);

 private:
  struct State;
  explicit DnsCache(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace hagaki::store
