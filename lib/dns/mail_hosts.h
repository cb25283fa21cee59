#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "dns/resolver.h"

namespace hagaki::dns {

/// What DNS says about mail for a domain.
enum class MxStatus {
  Ok,          ///< MX records name at least one usable host
  Implicit,    ///< no MX, but an address: the domain itself takes mail (RFC 5321 §5.1)
  NullMx,      ///< the domain says that it takes no mail (RFC 7505)
  NoDomain,    ///< no such domain
  NoMailHost,  ///< neither MX nor address, or only MX that no mail can reach
  Retry,       ///< not known now: no answer, a failing or a refusing server
  Error,       ///< the name cannot be asked about, or the answer could not be read
};

/// "ok", "implicit", "null-mx", "no-domain", "no-mail-host", "retry", "error": `mx_status`.
std::string_view mx_status_name(MxStatus status);

struct MailHost {
  std::string host;  ///< lower case, no trailing dot; "[192.0.2.1]" for an address literal
  std::uint16_t preference = 0;

  friend bool operator==(const MailHost&, const MailHost&) = default;
};

struct MailHosts {
  MxStatus status = MxStatus::Error;
  /// By preference, then by name: of Ok and Implicit, and of NoMailHost where check_mail_hosts()
  /// found that none of them exists.
  std::vector<MailHost> hosts;
  std::uint32_t ttl = 0;  ///< seconds that the hosts' records hold; 0 = unknown
  /// Seconds that the whole judgement may be kept, by what there is and what there is not
  /// (RFC 2308); 0 = not at all.
  std::uint32_t keep = 0;
  bool authenticated = false;  ///< the resolver vouches for it by DNSSEC (AD bit)
  std::string detail;          ///< why not, for people; empty for Ok and Implicit
};

using MailHostsDone = std::function<void(const MailHosts&)>;

/// Judges the answer to an MX question: everything but Implicit, which needs the addresses. Empty
/// hosts with MxStatus::Implicit mean: ask for them. MX that name ".", "localhost" or an IP address
/// are passed over; where none is left the domain has no mail host, since RFC 5321 §5.1 forbids the
/// way back to its own address. A host named twice counts with its best preference.
MailHosts judge_mx(const Answer& answer);

/// Finds where mail for `domain` (A-label form or address literal) goes. Asks for MX, and for A and
/// AAAA where there is none. `resolver` must live until `done`, which is called exactly once, never
/// from inside. The hosts' own addresses are not looked up: see check_mail_hosts().
void find_mail_hosts(Resolver& resolver, const std::string& domain, MailHostsDone done);

}  // namespace hagaki::dns
