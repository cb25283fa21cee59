#include <algorithm>
#include <string>

#include "dns/lookup.h"
#include "dns/names.h"
#include "dns/reverse.h"
#include "preflight/sender_state.h"

namespace hagaki::preflight {
namespace {

bool holds(const dns::HostAddresses& found, const dns::IpAddress& ip) {
  return std::find(found.addresses.begin(), found.addresses.end(), ip) != found.addresses.end();
}

std::string text_of(const dns::HostAddresses& found) {
  std::string out;
  for (const auto& ip : found.addresses) out += (out.empty() ? "" : ", ") + ip.text();
  return out.empty() ? "no address" : out;
}

void check_ptr(SenderCheck::State& state, const dns::IpAddress& ip) {
  const auto part = state.open("ptr-missing", ip.text(), ip.text());
  dns::find_reverse_names(state.resolver, ip, [&state, part](const dns::ReverseNames& found) {
    using Standing = dns::ReverseNames::Standing;
    const std::string& address = state.parts[part].what;
    switch (found.standing) {
      case Standing::Confirmed:
        return state.close(part);
      case Standing::Mismatch:
        return state.close(part, {{"ptr-mismatch", address + ": " + found.names.front()}});
      case Standing::Missing:
        return state.close(part, {{"ptr-missing", address}});
      case Standing::Unknown:
        return state.close_unknown(part, found.detail);
    }
  });
}

void check_helo(SenderCheck::State& state, const std::string& helo,
                const std::optional<dns::IpAddress>& ip) {
  const std::string address = ip ? ip->text() : "";
  if (helo.find('.') == std::string::npos || helo.front() == '[' || dns::is_localhost(helo)) {
    return state.add("helo-not-fqdn", helo, address);
  }
  const auto part = state.open("helo-mismatch", helo, address);
  dns::find_addresses(state.resolver, helo, [&state, part, ip](const dns::HostAddresses& found) {
    if (dns::is_temporary(found.status)) {
      return state.close_unknown(part, dns::explain(found.status, found.detail));
    }
    if (ip ? holds(found, *ip) : !found.addresses.empty()) return state.close(part);
    std::string detail = state.parts[part].what + " has " + text_of(found);
    if (ip) detail += ", the sending address is " + ip->text();
    state.close(part, {{"helo-mismatch", std::move(detail)}});
  });
}

}  // namespace

void check_names(SenderCheck::State& state) {
  const auto addresses = state.addresses();
  for (const auto& address : addresses) {
    check_ptr(state, address.ip);
    if (!address.helo.empty()) check_helo(state, address.helo, address.ip);
  }
  if (addresses.empty() && !state.sender.helo.empty()) {
    check_helo(state, state.sender.helo, std::nullopt);
  }
}

}  // namespace hagaki::preflight
