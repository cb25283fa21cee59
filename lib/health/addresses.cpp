#include <algorithm>

#include "dns/lookup.h"
#include "dns/names.h"
#include "dns/reverse.h"
#include "health/dynamic_name.h"
#include "health/state.h"

namespace hagaki::health {
namespace {

std::string joined(const std::vector<std::string>& names) {
  std::string out;
  for (const auto& name : names) out += (out.empty() ? "" : ", ") + name;
  return out;
}

/// The worst that receivers may see in one of the names.
void judge_look(const StatePtr& state, std::size_t at, const dns::IpAddress& ip,
                const dns::ReverseNames& found) {
  using Standing = dns::ReverseNames::Standing;
  // Those that lead back are what receivers see; else any name.
  const auto& names = found.confirmed.empty() ? found.names : found.confirmed;
  if (names.empty()) {
    if (found.standing == Standing::Unknown) return state->unknown(at, found.detail);
    return state->close(at, Verdict::Error, "ptr-missing", ip.text());
  }
  NameLook worst;
  std::string which = names.front();
  for (const auto& name : names) {
    const NameLook look = DynamicNames::builtin().look(name, ip);
    if (look.kind <= worst.kind) continue;
    worst = look;
    which = name;
  }
  switch (worst.kind) {
    case NameLook::Kind::Own:
      return state->ok(at, which);
    case NameLook::Kind::Generic:
      return state->close(at, Verdict::Warning, "ptr-generic", which);
    case NameLook::Kind::Dynamic:
      return state->close(at, Verdict::Error, "ptr-dynamic", which + " (" + worst.why + ')');
  }
}

void check_ptr(const StatePtr& state, const dns::IpAddress& ip) {
  const auto ptr = state->open("ptr", ip.text());
  const auto look = state->open("ptr-name", ip.text());
  dns::find_reverse_names(
      state->resolver, ip, [state, ptr, look, ip](const dns::ReverseNames& found) {
        using Standing = dns::ReverseNames::Standing;
        switch (found.standing) {
          case Standing::Confirmed:
            state->ok(ptr, joined(found.confirmed));
            break;
          case Standing::Mismatch:
            state->close(ptr, Verdict::Error, "ptr-mismatch", joined(found.names));
            break;
          case Standing::Missing:
            state->close(ptr, Verdict::Error, "ptr-missing", {});
            break;
          case Standing::Unknown:
            state->unknown(ptr, found.detail);
            break;
        }
        judge_look(state, look, ip, found);
      });
}

/// `ip` is the sending address, where one is known.
void check_helo(const StatePtr& state, const std::optional<dns::IpAddress>& ip) {
  const std::string& helo = state->sender.helo;
  const auto at = state->open("helo", ip ? ip->text() : helo, helo);
  if (helo.find('.') == std::string::npos || dns::is_localhost(helo) || dns::parse_ip(helo) ||
      !dns::check_name(helo)) {
    return state->close(at, Verdict::Warning, "helo-not-fqdn", helo);
  }
  dns::find_addresses(
      state->resolver, helo, [state, at, ip, helo](const dns::HostAddresses& found) {
        const auto& all = found.addresses;
        const bool matches = ip && std::find(all.begin(), all.end(), *ip) != all.end();
        std::string text = helo + " → ";
        for (const auto& address : all) {
          text += (&address == &all.front() ? "" : ", ") + address.text();
        }
        if (matches || (!ip && !all.empty())) return state->ok(at, text);
        if (all.empty() && dns::is_temporary(found.status)) {
          return state->unknown(at, dns::explain(found.status, found.detail));
        }
        if (all.empty()) {
          return state->close(at, Verdict::Error, "helo-unresolved",
                              helo + ": " + std::string(dns::status_name(found.status)));
        }
        state->close(at, Verdict::Warning, "helo-mismatch", text);
      });
}

}  // namespace

void check_addresses(const StatePtr& state) {
  for (const auto& ip : state->sender.ips) {
    check_ptr(state, ip);
    if (!state->sender.helo.empty()) check_helo(state, ip);
  }
  if (state->sender.ips.empty() && !state->sender.helo.empty()) check_helo(state, std::nullopt);
}

}  // namespace hagaki::health
