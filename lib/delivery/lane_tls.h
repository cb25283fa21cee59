#pragma once

#include <compare>
#include <string>

#include "delivery/campaign.h"
#include "net/smtp_connector.h"
#include "tlspolicy/sts_policy.h"
#include "tlspolicy/tlsa.h"

namespace hagaki::delivery {

/// What the domains of recipients ask of the way to one of their hosts. Domains that ask for
/// different things have lanes of their own to it.
struct TlsDemand {
  bool dane = false;  ///< its MX records are authenticated: its host's TLSA records count
  tlspolicy::StsMode mta_sts = tlspolicy::StsMode::None;
  std::string trouble;  ///< what went wrong on the way to the policy, in words of RFC 8460

  friend auto operator<=>(const TlsDemand&, const TlsDemand&) = default;
};

/// The TLS of one lane to an MX.
struct LaneTls {
  TlsDemand demand;
  tlspolicy::DaneDemand dane;  ///< as the host's TLSA records have it, once they were looked up

  /// How sessions are opened.
  [[nodiscard]] net::SmtpTls level(Tls asked) const;
  /// What decided that: "dane", "mta-sts", "required", "opportunistic"; empty with Tls::None.
  [[nodiscard]] std::string_view policy(Tls asked) const;
  /// What is to be told of a session that was opened; `lack` is SmtpOpened::tls_failure.
  [[nodiscard]] std::string failure(Tls asked, const std::string& lack) const;
};

}  // namespace hagaki::delivery
