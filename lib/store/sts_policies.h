#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "store/shared_file.h"
#include "tlspolicy/sts_policy.h"

namespace hagaki::store {

/// MTA-STS policies that were fetched, kept over runs, campaigns and processes in one SQLite file,
/// each until its max_age is over: who takes away a domain's record or web server must not take
/// away what it asked for (RFC 8461 §10.2). Errors as SharedFile has them.
class StsPolicies {
 public:
  /// Forgets what is over at `now`.
  static Result<StsPolicies> open(const std::string& path, Timestamp now,
                                  std::chrono::milliseconds patience = SharedFile::kPatience);
  ~StsPolicies();
  StsPolicies(StsPolicies&&) noexcept;
  StsPolicies& operator=(StsPolicies&&) noexcept;

  struct Kept {
    std::string id;  ///< of the TXT record when it was fetched
    tlspolicy::StsPolicy policy;
    Timestamp until{};
  };
  /// The policy of `domain` (A-label form) that lasts at `now`.
  Result<std::optional<Kept>> find(std::string_view domain, Timestamp now);
  /// Keeps what was fetched at `now`, in place of what there was.
  Result<void> keep(std::string_view domain, std::string_view id,
                    const tlspolicy::StsPolicy& policy, Timestamp now);

 private:
  struct State;
  explicit StsPolicies(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace hagaki::store
