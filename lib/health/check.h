#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dns/ip.h"
#include "dns/resolver.h"

namespace hagaki::health {

/// What a check came to.
enum class Verdict {
  Ok,
  Warning,  ///< some receivers mind
  Error,    ///< many refuse mail for it
  Unknown,  ///< DNS failed before that was known
};

/// "ok", "warning", "error", "unknown".
std::string_view verdict_name(Verdict verdict);

/// One check of one address or domain.
struct Item {
  std::string check;  ///< "ptr", "ptr-name", "helo", "spf", "dkim", "dmarc", "mx", "mta-sts",
                      ///< "tls-rpt", "bimi"
  std::string query;  ///< what is checked: an address or a domain
  std::string name;   ///< the name asked of DNS, where it is another
  Verdict verdict = Verdict::Unknown;
  std::string id;      ///< of the finding (Texts); empty for Ok with nothing to say
  std::string detail;  ///< what DNS says, one printable line, at most kMostDetail octets
  std::string result;  ///< of spf its verdict, of dmarc what it asks for
  std::optional<unsigned> lookups;       ///< of spf, against spf::kMaxLookups
  std::optional<unsigned> void_lookups;  ///< of spf, against spf::kMaxVoidLookups
};

inline constexpr std::size_t kMostDetail = 400;
/// SPF terms that ask DNS from which on the next one added is likely to be one too many.
inline constexpr unsigned kManyLookups = 9;

/// Who is looked at.
struct Sender {
  std::vector<dns::IpAddress> ips;
  std::vector<std::string> domains;    ///< A-labels
  std::string helo;                    ///< empty: not checked
  std::vector<std::string> selectors;  ///< of DKIM
};

using Done = std::function<void(std::vector<Item>)>;

/// Checks by DNS whether receivers will believe the sender, everything at once: of each address its
/// names and `helo`; of each domain SPF for each address, the keys of the selectors, DMARC, MX,
/// MTA-STS, TLS-RPT and BIMI. Items come in that order. A resolver that leads names that do not
/// exist to a server of its own is found out, and what it says of addresses is then unknown.
/// `resolver` must live until `done`, which is called once, never from inside.
void examine(dns::Resolver& resolver, Sender sender, Done done);

}  // namespace hagaki::health
