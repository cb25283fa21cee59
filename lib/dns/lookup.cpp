#include "dns/lookup.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "dns/names.h"

namespace hagaki::dns {
namespace {

struct Pair {
  Answer v4;
  Answer v6;
  int waiting = 2;
  HostAddressesDone done;
};

std::vector<IpAddress> read(const Answer& answer, std::uint32_t& ttl) {
  std::vector<IpAddress> out;
  if (answer.status != Status::Ok) return out;
  for (const auto& record : answer.records) {
    if (const auto ip = parse_ip(record.data)) {
      out.push_back(*ip);
      ttl = ttl == 0 ? record.ttl : std::min(ttl, record.ttl);
    }
  }
  return out;
}

/// A question without an answer says nothing against the other: who stops answers on their way must
/// not be able to make an authenticated host an unauthenticated one.
bool is_vouched_for(const Answer& answer) {
  return answer.authenticated || is_temporary(answer.status);
}

HostAddresses join(const Answer& a, const Answer& aaaa) {
  HostAddresses out;
  const auto v4 = read(a, out.ttl);
  const auto v6 = read(aaaa, out.ttl);
  for (std::size_t i = 0; i < std::max(v4.size(), v6.size()); ++i) {
    if (i < v6.size()) out.addresses.push_back(v6[i]);
    if (i < v4.size()) out.addresses.push_back(v4[i]);
  }
  if (!out.addresses.empty()) {
    out.status = Status::Ok;
    out.authenticated = is_vouched_for(a) && is_vouched_for(aaaa);
    out.owner = v4.empty() ? aaaa.owner : a.owner;
    return out;
  }
  const Answer* decides = &a;
  if (is_temporary(aaaa.status) && !is_temporary(a.status)) decides = &aaaa;
  if (a.status == Status::NxDomain && aaaa.status == Status::NoData) decides = &aaaa;
  out.status = decides->status == Status::Ok ? Status::Malformed : decides->status;
  out.detail = decides->detail;
  out.negative_ttl = std::min(a.negative_ttl, aaaa.negative_ttl);
  return out;
}

}  // namespace

bool is_temporary(Status status) {
  switch (status) {
    case Status::Ok:
    case Status::NoData:
    case Status::NxDomain:
      return false;
    default:
      return true;
  }
}

std::string explain(Status status, const std::string& detail) {
  return detail.empty() ? std::string(status_name(status)) : detail;
}

void find_addresses(Resolver& resolver, const std::string& host, HostAddressesDone done) {
  auto ip = parse_ip(host);
  if (!ip) ip = parse_address_literal(host);
  const auto askable = check_name(host);
  if (ip || !askable) {
    HostAddresses out;
    if (ip) {
      out.status = Status::Ok;
      out.addresses.push_back(*ip);
    } else {
      out.detail = askable.error().message;
    }
    // Nothing to ask; the resolver refuses the empty name later, from its loop.
    resolver.query("", Type::A,
                   [out = std::move(out), done = std::move(done)](const Answer&) { done(out); });
    return;
  }
  auto pair = std::make_shared<Pair>();
  pair->done = std::move(done);
  const auto finish = [](const std::shared_ptr<Pair>& both) {
    if (--both->waiting == 0) both->done(join(both->v4, both->v6));
  };
  resolver.query(host, Type::A, [pair, finish](const Answer& answer) {
    pair->v4 = answer;
    finish(pair);
  });
  resolver.query(host, Type::Aaaa, [pair, finish](const Answer& answer) {
    pair->v6 = answer;
    finish(pair);
  });
}

void query_each(Resolver& resolver, const std::vector<std::string>& names, Type type,
                Answers done) {
  if (names.empty()) return done({});
  struct Gathered {
    std::vector<Answer> answers;
    std::size_t open;
    Answers done;
  };
  auto gathered = std::make_shared<Gathered>();
  gathered->answers.resize(names.size());
  gathered->open = names.size();
  gathered->done = std::move(done);
  for (std::size_t i = 0; i < names.size(); ++i) {
    resolver.query(names[i], type, [gathered, i](const Answer& answer) {
      gathered->answers[i] = answer;
      if (--gathered->open == 0) gathered->done(gathered->answers);
    });
  }
}

}  // namespace hagaki::dns
