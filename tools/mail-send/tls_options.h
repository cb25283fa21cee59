#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/app.h"
#include "delivery/campaign.h"

/// How far mail-send goes by what receivers ask for TLS.
struct TlsPolicyOptions {
  std::string policy;     ///< empty = both, as far as the resolver can be trusted
  bool trust_ad = false;  ///< believe the resolver what it says of DNSSEC
  std::int64_t mta_sts_port = 443;
};

/// Adds the options to the table; `options` must outlive parsing.
void add_tls_policy_options(hagaki::cli::App& app, TlsPolicyOptions& options);

/// Checks what the table cannot. The message of an Error names the option.
hagaki::Result<void> check_tls_policy(const TlsPolicyOptions& options, bool direct,
                                      const std::string& tls);

/// What follows with these resolvers (net::CaresResolver::servers()). Policies are kept in
/// `sts_file`. Error::Config where DANE was asked for and the resolvers are not trusted.
hagaki::Result<hagaki::delivery::TlsPolicies> tls_policies(
    const TlsPolicyOptions& options, const std::vector<std::string>& resolvers,
    const std::string& sts_file);
