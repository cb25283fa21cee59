#include "delivery/lane_tls.h"

#include <doctest/doctest.h>

#include <string>

namespace hagaki::delivery::lane_tls_test {
namespace {

using Dane = tlspolicy::DaneDemand::Kind;
using tlspolicy::StsMode;

std::string_view level_name(net::SmtpTls level) {
  switch (level) {
    case net::SmtpTls::None:
      return "none";
    case net::SmtpTls::May:
      return "may";
    case net::SmtpTls::Encrypt:
      return "encrypt";
    case net::SmtpTls::Require:
      return "require";
    case net::SmtpTls::Dane:
      return "dane";
  }
  return "";
}

}  // namespace

TEST_CASE("what options and receivers' policies come to") {
  struct Case {
    const char* name;
    Tls asked;
    Dane dane;
    StsMode mta_sts;
    const char* trouble;
    const char* want;  ///< level, policy, and what is told of a certificate that nobody knows
  };
  const Case cases[] = {
      {"no policy", Tls::May, Dane::Nothing, StsMode::None, "", "may opportunistic -"},
      {"--tls require", Tls::Require, Dane::Nothing, StsMode::None, "", "require required -"},
      {"--tls none", Tls::None, Dane::Authenticate, StsMode::Enforce, "", "none - -"},
      {"enforced", Tls::May, Dane::Nothing, StsMode::Enforce, "", "require mta-sts -"},
      {"tried out", Tls::May, Dane::Nothing, StsMode::Testing, "",
       "may mta-sts certificate-not-trusted"},
      {"tried out, and our own rule", Tls::Require, Dane::Nothing, StsMode::Testing, "",
       "require required certificate-not-trusted"},
      {"tried out, with a host that it does not name", Tls::May, Dane::Nothing, StsMode::Testing,
       "validation-failure", "may mta-sts validation-failure"},
      {"not to be had", Tls::May, Dane::Nothing, StsMode::None, "sts-policy-fetch-error",
       "may opportunistic sts-policy-fetch-error"},
      {"DANE", Tls::May, Dane::Authenticate, StsMode::None, "", "dane dane -"},
      {"DANE before MTA-STS", Tls::May, Dane::Authenticate, StsMode::Enforce, "", "dane dane -"},
      {"DANE before --tls require", Tls::Require, Dane::Authenticate, StsMode::None, "",
       "dane dane -"},
      {"records that nobody can use", Tls::May, Dane::Encrypt, StsMode::None, "",
       "encrypt dane tlsa-invalid"},
      {"and MTA-STS", Tls::May, Dane::Encrypt, StsMode::Enforce, "", "require mta-sts -"},
      {"and --tls require", Tls::Require, Dane::Encrypt, StsMode::None, "", "require required -"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    LaneTls tls;
    tls.demand = {.dane = true, .mta_sts = c.mta_sts, .trouble = c.trouble};
    tls.dane.kind = c.dane;
    std::string got(level_name(tls.level(c.asked)));
    const auto policy = tls.policy(c.asked);
    got += policy.empty() ? " -" : " " + std::string(policy);
    const auto failure = tls.failure(c.asked, "certificate-not-trusted");
    got += failure.empty() ? " -" : " " + failure;
    CHECK(got == c.want);
  }
}

}  // namespace hagaki::delivery::lane_tls_test
