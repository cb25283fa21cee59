#include <algorithm>
#include <memory>
#include <string>

#include "dns/lookup.h"
#include "dns/names.h"
#include "dns/query_form.h"
#include "preflight/sender_state.h"

namespace hagaki::preflight {
namespace {

/// Names of one address that are looked at.
constexpr std::size_t kMostNames = 10;

bool holds(const dns::HostAddresses& found, const dns::IpAddress& ip) {
  return std::find(found.addresses.begin(), found.addresses.end(), ip) != found.addresses.end();
}

std::string text_of(const dns::HostAddresses& found) {
  std::string out;
  for (const auto& ip : found.addresses) out += (out.empty() ? "" : ", ") + ip.text();
  return out.empty() ? "no address" : out;
}

/// Looks whether one of the names leads back to the address.
void confirm(SenderCheck::State& state, std::size_t part, const dns::IpAddress& ip,
             const std::vector<std::string>& names) {
  struct Confirmation {
    std::size_t open = 0;
    bool confirmed = false;
    std::string failure;
  };
  auto confirmation = std::make_shared<Confirmation>();
  confirmation->open = names.size();
  for (const std::string& name : names) {
    dns::find_addresses(
        state.resolver, name,
        [&state, part, ip, name, names, confirmation](const dns::HostAddresses& found) {
          if (holds(found, ip)) confirmation->confirmed = true;
          if (dns::is_temporary(found.status)) {
            confirmation->failure = name + ": " + dns::explain(found.status, found.detail);
          }
          if (--confirmation->open > 0) return;
          if (confirmation->confirmed) return state.close(part);
          if (!confirmation->failure.empty()) {
            return state.close_unknown(part, confirmation->failure);
          }
          state.close(part, {{"ptr-mismatch", state.parts[part].what + ": " + names.front()}});
        });
  }
}

void check_ptr(SenderCheck::State& state, const dns::IpAddress& ip) {
  const auto part = state.open("ptr-missing", ip.text(), ip.text());
  state.resolver.query(
      dns::ptr_name(ip), dns::Type::Ptr, [&state, part, ip](const dns::Answer& answer) {
        if (dns::is_temporary(answer.status)) {
          return state.close_unknown(part, dns::explain(answer.status, answer.detail));
        }
        std::vector<std::string> names;
        for (const auto& record : answer.records) {
          if (!record.data.empty() && names.size() < kMostNames) names.push_back(record.data);
        }
        if (names.empty()) return state.close(part, {{"ptr-missing", state.parts[part].what}});
        confirm(state, part, ip, names);
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
