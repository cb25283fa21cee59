#include "tls_options.h"

#include <algorithm>

#include "dns/ip.h"
#include "net/url.h"

using namespace hagaki;

namespace {

/// What is said there passes no wire on which somebody could change it.
bool is_local(const std::string& resolver) {
  const auto where = net::parse_host_port(resolver);
  return where && dns::is_this_machine(where->host);
}

}  // namespace

void add_tls_policy_options(cli::App& app, TlsPolicyOptions& options) {
  app.choice("--tls-policy", "WHICH", options.policy,
             "What receivers may ask for TLS where mail goes direct: nothing, or what they say by "
             "MTA-STS, "
             "DANE or, by default, both",
             {"off", "mta-sts", "dane", "both"});
  app.flag("--trust-ad", options.trust_ad,
           "Believe a resolver on another machine that it checked DNSSEC: DANE needs that");
  app.value("--mta-sts-port", "PORT", options.mta_sts_port,
            "Port of the web servers with MTA-STS policies, for rehearsals", 1, 65535);
}

Result<void> check_tls_policy(const TlsPolicyOptions& options, bool direct,
                              const std::string& tls) {
  const bool on = !options.policy.empty() && options.policy != "off";
  if (!direct && (on || options.trust_ad || options.mta_sts_port != 443)) {
    return fail(
        ErrorCode::Config,
        "--tls-policy, --trust-ad and --mta-sts-port are for mail that goes direct; a relay "
        "is asked for --tls alone");
  }
  if (on && tls == "none") {
    return fail(ErrorCode::Config, "--tls-policy " + options.policy + " contradicts --tls none");
  }
  return {};
}

Result<delivery::TlsPolicies> tls_policies(const TlsPolicyOptions& options,
                                           const std::vector<std::string>& resolvers,
                                           const std::string& sts_file) {
  const bool trusted =
      options.trust_ad || std::all_of(resolvers.begin(), resolvers.end(), is_local);
  if (!trusted && (options.policy == "dane" || options.policy == "both")) {
    return fail(ErrorCode::Config,
                "--tls-policy " + options.policy +
                    " needs a validating resolver on this machine, or --trust-ad for one "
                    "elsewhere");
  }
  const bool any = options.policy.empty() || options.policy == "both";
  delivery::TlsPolicies out;
  out.dane = trusted && (any || options.policy == "dane");
  out.mta_sts = any || options.policy == "mta-sts";
  out.mta_sts_file = sts_file;
  out.mta_sts_port = static_cast<std::uint16_t>(options.mta_sts_port);
  return out;
}
