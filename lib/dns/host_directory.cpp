#include "dns/host_directory.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "dns/lookup.h"

namespace hagaki::dns {
namespace {

HostDirectory::Host judge(const Answer& a, const Answer& aaaa) {
  HostDirectory::Host out;
  if (aaaa.status == Status::Ok) {
    out.state = HostDirectory::State::There;
  } else if (is_temporary(a.status) || is_temporary(aaaa.status)) {
    const auto& why = is_temporary(a.status) ? a : aaaa;
    out.detail = explain(why.status, why.detail);
  } else {
    out.state = HostDirectory::State::Missing;
    out.negative_ttl = std::min(a.negative_ttl, aaaa.negative_ttl);
  }
  return out;
}

/// A domain whose hosts are looked at one after the other.
struct Search {
  HostDirectory& directory;
  MailHosts found;
  MailHostsDone done;
  std::size_t next = 0;
  std::string unknown;  ///< why one of them is not known
  bool any_unknown = false;
};

void look_on(const std::shared_ptr<Search>& search);

void seen(const std::shared_ptr<Search>& search, const HostDirectory::Host& host) {
  auto& s = *search;
  switch (host.state) {
    case HostDirectory::State::There:
      return s.done(s.found);
    case HostDirectory::State::Missing:
      s.found.keep = std::min(s.found.keep, host.negative_ttl);
      break;
    case HostDirectory::State::Unknown:
      if (!std::exchange(s.any_unknown, true)) {
        s.unknown = s.found.hosts[s.next].host + ": " + host.detail;
      }
      break;
  }
  ++s.next;
  look_on(search);
}

void look_on(const std::shared_ptr<Search>& search) {
  auto& s = *search;
  if (s.next < s.found.hosts.size()) {
    s.directory.find(s.found.hosts[s.next].host,
                     [search](const HostDirectory::Host& host) { seen(search, host); });
    return;
  }
  if (s.any_unknown) {
    s.found.status = MxStatus::Retry;
    s.found.hosts.clear();
    s.found.keep = 0;
    s.found.detail = s.unknown;
  } else {
    s.found.status = MxStatus::NoMailHost;
    s.found.detail = "the MX names no host that has an address: " + s.found.hosts.front().host;
  }
  s.done(s.found);
}

}  // namespace

void HostDirectory::find(const std::string& host, Done done) {
  if (hosts_.size() >= most_) {
    std::erase_if(hosts_, [](const auto& entry) { return entry.second.known; });
  }
  const auto [at, added] = hosts_.try_emplace(host);
  Entry& entry = at->second;
  if (entry.known) {
    const Host known = entry.host;  // `done` may ask for more
    return done(known);
  }
  entry.waiting.push_back(std::move(done));
  if (!added) return;
  resolver_.query(host, Type::A, [this, host](const Answer& a) {
    if (a.status == Status::Ok) return know(host, {State::There, 0, {}});
    resolver_.query(host, Type::Aaaa,
                    [this, host, a](const Answer& aaaa) { know(host, judge(a, aaaa)); });
  });
}

bool HostDirectory::has(const std::string& host) const {
  const auto at = hosts_.find(host);
  return at != hosts_.end() && at->second.known && at->second.host.state == State::There;
}

void HostDirectory::know(const std::string& name, const Host& host) {
  Entry& entry = hosts_[name];
  entry.host = host;
  entry.known = true;
  for (const auto& done : std::exchange(entry.waiting, {})) done(host);
}

void check_mail_hosts(HostDirectory& directory, MailHosts found, MailHostsDone done) {
  if (found.status != MxStatus::Ok) return done(found);
  look_on(std::make_shared<Search>(Search{directory, std::move(found), std::move(done), 0, {}}));
}

}  // namespace hagaki::dns
