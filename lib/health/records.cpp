#include <string>
#include <utility>
#include <vector>

#include "dmarc/policy.h"
#include "dns/lookup.h"
#include "dns/mail_hosts.h"
#include "health/bimi_record.h"
#include "health/state.h"
#include "tlspolicy/sts_record.h"
#include "tlspolicy/tls_report.h"

namespace hagaki::health {
namespace {

void judge_mx(const StatePtr& state, std::size_t at, const dns::MailHosts& found) {
  std::string hosts;
  for (const auto& host : found.hosts) {
    hosts += (hosts.empty() ? "" : ", ") + std::to_string(host.preference) + ' ' + host.host;
  }
  switch (found.status) {
    case dns::MxStatus::Ok:
      return state->ok(at, hosts);
    case dns::MxStatus::Implicit:
      return state->close(at, Verdict::Warning, "mx-implicit", {});
    case dns::MxStatus::NullMx:
      return state->close(at, Verdict::Error, "mx-null", "0 .");
    case dns::MxStatus::NoDomain:
      return state->close(at, Verdict::Error, "mx-no-domain", found.detail);
    case dns::MxStatus::NoMailHost:
      return state->close(at, Verdict::Error, "mx-missing", found.detail);
    case dns::MxStatus::Retry:
    case dns::MxStatus::Error:
      return state->unknown(at, found.detail);
  }
}

/// Passes what `wanted` finds among the TXT of `name` to `judge`: none, or the only one. Several
/// are `bad`.
template <class Wanted, class Judge>
void with_one(const StatePtr& state, std::size_t at, const char* bad, Wanted wanted, Judge judge) {
  const std::string name = state->items[at].name;
  state->resolver.query(name, dns::Type::Txt,
                        [state, at, bad, wanted = std::move(wanted),
                         judge = std::move(judge)](const dns::Answer& answer) {
                          if (dns::is_temporary(answer.status)) {
                            return state->unknown(at, dns::explain(answer.status, answer.detail));
                          }
                          std::vector<std::string> found;
                          for (const auto& record : answer.records) {
                            if (wanted(record.data)) found.push_back(record.data);
                          }
                          if (found.size() > 1) {
                            return state->close(at, Verdict::Warning, bad,
                                                std::to_string(found.size()) + " records");
                          }
                          judge(found.empty() ? std::optional<std::string>() : found.front());
                        });
}

/// The record stands; whether the host of its policy does is a question of its own.
void check_sts(const StatePtr& state, const std::string& domain) {
  const auto at = state->open("mta-sts", domain, tlspolicy::sts_record_name(domain));
  with_one(
      state, at, "mta-sts-bad", [](std::string_view txt) { return txt.starts_with("v=STSv1"); },
      [state, at, domain](const std::optional<std::string>& record) {
        if (!record) return state->close(at, Verdict::Ok, "mta-sts-none", {});
        const auto id = tlspolicy::parse_sts_record(*record);
        if (!id) return state->close(at, Verdict::Warning, "mta-sts-bad", *record);
        const auto host = tlspolicy::sts_policy_host(domain);
        dns::find_addresses(
            state->resolver, host, [state, at, host, id](const dns::HostAddresses& found) {
              if (!found.addresses.empty()) return state->ok(at, "id=" + *id);
              if (dns::is_temporary(found.status)) {
                return state->unknown(at, host + ": " + dns::explain(found.status, found.detail));
              }
              state->close(at, Verdict::Warning, "mta-sts-no-host", host);
            });
      });
}

void check_tls_report(const StatePtr& state, const std::string& domain) {
  const auto at = state->open("tls-rpt", domain, tlspolicy::tls_report_name(domain));
  with_one(state, at, "tls-rpt-bad", tlspolicy::is_tls_report,
           [state, at](const std::optional<std::string>& record) {
             if (!record) return state->close(at, Verdict::Ok, "tls-rpt-none", {});
             const auto to = tlspolicy::parse_tls_report(*record);
             if (!to) return state->close(at, Verdict::Warning, "tls-rpt-bad", to.error().message);
             std::string text;
             for (const auto& uri : *to) text += (text.empty() ? "" : ", ") + uri;
             state->ok(at, text);
           });
}

/// A logo is only shown for a domain whose DMARC policy is enforced.
void check_bimi(const StatePtr& state, const std::string& domain) {
  const auto at = state->open("bimi", domain, bimi_name(domain));
  with_one(
      state, at, "bimi-bad", is_bimi, [state, at, domain](const std::optional<std::string>& txt) {
        if (!txt) return state->close(at, Verdict::Ok, "bimi-none", {});
        const auto record = parse_bimi(*txt);
        if (!record) {
          return state->close(at, Verdict::Warning, "bimi-bad", record.error().message);
        }
        if (record->logo.empty()) return state->ok(at, "l=");
        dmarc::find_policy(state->resolver, domain,
                           [state, at, logo = record->logo](const dmarc::Policy& policy) {
                             using dmarc::PolicyStatus;
                             if (policy.status == PolicyStatus::Unknown) {
                               return state->unknown(at, policy.detail);
                             }
                             if (policy.status != PolicyStatus::Found ||
                                 policy.request() == dmarc::Request::None) {
                               return state->close(at, Verdict::Warning, "bimi-no-dmarc", logo);
                             }
                             state->ok(at, logo);
                           });
      });
}

}  // namespace

void check_records(const StatePtr& state) {
  for (const auto& domain : state->sender.domains) {
    const auto at = state->open("mx", domain);
    dns::find_mail_hosts(state->resolver, domain,
                         [state, at](const dns::MailHosts& found) { judge_mx(state, at, found); });
    check_sts(state, domain);
    check_tls_report(state, domain);
    check_bimi(state, domain);
  }
}

}  // namespace hagaki::health
