#include "dns/mail_hosts.h"

#include <algorithm>
#include <utility>

#include "dns/lookup.h"
#include "dns/names.h"

namespace hagaki::dns {
namespace {

MxStatus status_of_failure(Status status) {
  return status == Status::Malformed ? MxStatus::Error : MxStatus::Retry;
}

MailHosts judge_records(const Answer& answer) {
  MailHosts out;
  bool root = false;
  std::string unusable;
  for (const auto& record : answer.records) {
    out.ttl = out.ttl == 0 ? record.ttl : std::min(out.ttl, record.ttl);
    out.keep = &record == &answer.records.front() ? record.ttl : std::min(out.keep, record.ttl);
    std::string host = normal_name(record.data);
    if (host.empty()) {
      root = true;
      continue;
    }
    if (is_localhost(host) || parse_ip(host) || !check_name(host)) {
      unusable = std::move(host);
      continue;
    }
    out.hosts.push_back({std::move(host), record.preference});
  }
  if (out.hosts.empty()) {
    // RFC 7505 wants "0 ."; a lone "10 ." can mean nothing else.
    if (root && unusable.empty()) {
      out.status = MxStatus::NullMx;
      out.detail = "the domain takes no mail (null MX)";
    } else {
      out.status = MxStatus::NoMailHost;
      out.detail = "the MX names no reachable host: " + unusable;
    }
    return out;
  }
  std::sort(out.hosts.begin(), out.hosts.end(), [](const MailHost& a, const MailHost& b) {
    return a.host != b.host ? a.host < b.host : a.preference < b.preference;
  });
  out.hosts.erase(
      std::unique(out.hosts.begin(), out.hosts.end(),
                  [](const MailHost& a, const MailHost& b) { return a.host == b.host; }),
      out.hosts.end());
  std::sort(out.hosts.begin(), out.hosts.end(), [](const MailHost& a, const MailHost& b) {
    return a.preference != b.preference ? a.preference < b.preference : a.host < b.host;
  });
  out.status = MxStatus::Ok;
  return out;
}

MailHosts judge_addresses(const std::string& domain, const HostAddresses& found) {
  MailHosts out;
  out.ttl = found.ttl;
  if (found.status == Status::Ok) {
    out.status = MxStatus::Implicit;
    out.hosts.push_back({domain, 0});
    out.keep = found.ttl;
  } else if (is_temporary(found.status)) {
    out.status = status_of_failure(found.status);
    out.detail = explain(found.status, found.detail);
  } else {
    out.status = MxStatus::NoMailHost;
    out.detail = "the domain has neither MX nor address";
    out.keep = found.negative_ttl;
  }
  return out;
}

}  // namespace

std::string_view mx_status_name(MxStatus status) {
  switch (status) {
    case MxStatus::Ok:
      return "ok";
    case MxStatus::Implicit:
      return "implicit";
    case MxStatus::NullMx:
      return "null-mx";
    case MxStatus::NoDomain:
      return "no-domain";
    case MxStatus::NoMailHost:
      return "no-mail-host";
    case MxStatus::Retry:
      return "retry";
    case MxStatus::Error:
      return "error";
  }
  return "error";
}

MailHosts judge_mx(const Answer& answer) {
  MailHosts out;
  switch (answer.status) {
    case Status::Ok:
      out = judge_records(answer);
      break;
    case Status::NoData:
      out.status = MxStatus::Implicit;
      out.keep = answer.negative_ttl;
      break;
    case Status::NxDomain:
      out.status = MxStatus::NoDomain;
      out.keep = answer.negative_ttl;
      out.detail = "no such domain";
      break;
    default:
      out.status = status_of_failure(answer.status);
      out.detail = explain(answer.status, answer.detail);
      break;
  }
  out.authenticated = answer.authenticated;
  return out;
}

void find_mail_hosts(Resolver& resolver, const std::string& domain, MailHostsDone done) {
  std::string name = normal_name(domain);
  // A literal has no DNS to ask; a question that cannot be put still goes to the resolver, which
  // answers Local from the loop, so that `done` is never called from inside.
  const bool literal = parse_address_literal(name).has_value();
  const auto askable = check_name(name);
  if (literal || !askable || parse_ip(name)) {
    MailHosts out;
    if (literal) {
      out.status = MxStatus::Implicit;
      out.hosts.push_back({name, 0});
    } else {
      out.detail = askable ? "an IP address is no domain" : askable.error().message;
    }
    resolver.query("", Type::Mx,
                   [out = std::move(out), done = std::move(done)](const Answer&) { done(out); });
    return;
  }
  resolver.query(
      name, Type::Mx, [&resolver, name, done = std::move(done)](const Answer& answer) mutable {
        MailHosts mx = judge_mx(answer);
        if (mx.status != MxStatus::Implicit) {
          done(mx);
          return;
        }
        find_addresses(resolver, name, [name, mx, done = std::move(done)](const HostAddresses& a) {
          MailHosts out = judge_addresses(name, a);
          out.authenticated = mx.authenticated && out.status == MxStatus::Implicit;
          out.keep = std::min(out.keep, mx.keep);
          done(out);
        });
      });
}

}  // namespace hagaki::dns
