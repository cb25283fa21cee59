#include "dmarc/policy.h"

#include <utility>
#include <vector>

#include "dns/lookup.h"
#include "dns/names.h"

namespace hagaki::dmarc {
namespace {

Policy judge(const dns::Answer& answer) {
  Policy out;
  if (dns::is_temporary(answer.status)) {
    out.status = PolicyStatus::Unknown;
    out.detail = dns::explain(answer.status, answer.detail);
    return out;
  }
  std::vector<std::string_view> found;
  for (const auto& record : answer.records) {
    if (is_dmarc(record.data)) found.push_back(record.data);
  }
  if (found.empty()) return out;
  if (found.size() > 1) {
    out.status = PolicyStatus::Several;
    return out;
  }
  auto record = parse_record(found[0]);
  out.status = record ? PolicyStatus::Found : PolicyStatus::Bad;
  if (record) {
    out.record = *record;
  } else {
    out.detail = record.error().message;
  }
  return out;
}

}  // namespace

Request Policy::request() const {
  return inherited && record.subdomain_request ? *record.subdomain_request : record.request;
}

void find_policy(dns::Resolver& resolver, const std::string& domain, PolicyDone done) {
  const std::string own = dns::normal_name(domain);
  const std::string name = "_dmarc." + own;
  resolver.query(name, dns::Type::Txt,
                 [&resolver, own, name, done = std::move(done)](const dns::Answer& answer) {
                   Policy policy = judge(answer);
                   policy.name = name;
                   const std::string organisation = organisational_domain(own);
                   if (policy.status != PolicyStatus::None || organisation == own)
                     return done(policy);
                   const std::string above = "_dmarc." + organisation;
                   resolver.query(above, dns::Type::Txt,
                                  [above, done](const dns::Answer& inherited) {
                                    Policy found = judge(inherited);
                                    found.name = above;
                                    found.inherited = true;
                                    done(found);
                                  });
                 });
}

}  // namespace hagaki::dmarc
