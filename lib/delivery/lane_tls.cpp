#include "delivery/lane_tls.h"

namespace hagaki::delivery {

using Dane = tlspolicy::DaneDemand::Kind;
using tlspolicy::StsMode;

net::SmtpTls LaneTls::level(Tls asked) const {
  if (asked == Tls::None) return net::SmtpTls::None;
  // RFC 8461 §2: MTA-STS must not let pass what DANE does not.
  if (dane.kind == Dane::Authenticate) return net::SmtpTls::Dane;
  if (asked == Tls::Require || demand.mta_sts == StsMode::Enforce) return net::SmtpTls::Require;
  return dane.kind == Dane::Encrypt ? net::SmtpTls::Encrypt : net::SmtpTls::May;
}

std::string_view LaneTls::policy(Tls asked) const {
  if (asked == Tls::None) return {};
  if (dane.kind == Dane::Authenticate) return "dane";
  if (demand.mta_sts == StsMode::Enforce) return "mta-sts";
  if (asked == Tls::Require) return "required";
  if (dane.kind == Dane::Encrypt) return "dane";
  return demand.mta_sts == StsMode::Testing ? "mta-sts" : "opportunistic";
}

std::string LaneTls::failure(Tls asked, const std::string& lack) const {
  if (asked == Tls::None) return {};
  if (!demand.trouble.empty()) return demand.trouble;
  if (level(asked) == net::SmtpTls::Encrypt) return "tlsa-invalid";
  return demand.mta_sts == StsMode::Testing ? lack : std::string();
}

}  // namespace hagaki::delivery
