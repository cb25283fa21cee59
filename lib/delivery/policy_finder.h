#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "delivery/campaign.h"
#include "dns/lookup.h"
#include "dns/resolver.h"
#include "net/https_client.h"
#include "store/sts_policies.h"
#include "tlspolicy/sts_policy.h"

namespace hagaki::delivery {

/// Finds out what recipients' domains ask for by MTA-STS (RFC 8461): from DNS whether there is a
/// policy, then from what was fetched before, or from the domain's web server.
///
/// A policy that was fetched holds until its end, whatever becomes of its record and server. A
/// domain whose policy cannot be fetched, and of which none is kept, is mailed as one without.
class PolicyFinder {
 public:
  struct Found {
    std::shared_ptr<const tlspolicy::StsPolicy> policy;  ///< null: none
    /// Why there is none although the domain has one: "sts-policy-fetch-error",
    /// "sts-webpki-invalid", "sts-policy-invalid" (RFC 8460 §4.3); else empty.
    std::string trouble;
    std::optional<Error> error;  ///< what is kept could not be read: nothing is known
  };
  using Done = std::function<void(const Found&)>;

  /// Errors as store::StsPolicies has them. `loop` and `resolver` must outlive the finder.
  static Result<std::unique_ptr<PolicyFinder>> open(net::Loop& loop, dns::Resolver& resolver,
                                                    const TlsPolicies& settings,
                                                    const std::string& ca_file);

  /// Finds the policy of `domain` (A-label form or address literal). `done` is called once: from
  /// inside where it is known already, else from the loop; never after the finder is gone.
  void find(const std::string& domain, Done done);

  /// Why a policy could not be kept for later runs: the first time that happened.
  [[nodiscard]] const std::optional<Error>& not_kept() const { return not_kept_; }

 private:
  using milliseconds = std::chrono::milliseconds;
  struct Known {
    Found found;
    milliseconds until{};  // asked again then
  };
  /// A policy that has to be fetched.
  struct Fetch {
    std::string domain;
    std::string id;
    std::optional<store::StsPolicies::Kept> kept;  // used where that fails
  };

  PolicyFinder(net::Loop& loop, dns::Resolver& resolver, const TlsPolicies& settings,
               std::string ca_file, store::StsPolicies kept);
  void on_record(const std::string& domain, const dns::Answer& answer);
  void begin(Fetch fetch);
  void on_addresses(const Fetch& fetch, const dns::HostAddresses& found);
  void on_document(const Fetch& fetch, const Result<net::HttpsDocument>& document);
  void fail(const Fetch& fetch, const char* trouble);
  void finished();
  void settle(const std::string& domain, const Found& found, milliseconds fresh);

  net::Loop& loop_;
  dns::Resolver& resolver_;
  std::uint16_t port_;
  std::string ca_file_;
  store::StsPolicies kept_;
  net::HttpsClient https_;
  std::unordered_map<std::string, Known> known_;
  std::unordered_map<std::string, std::vector<Done>> waiting_;
  std::deque<Fetch> queue_;
  std::size_t fetching_ = 0;
  std::optional<Error> not_kept_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace hagaki::delivery
