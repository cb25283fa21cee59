#include "rehearse/dns_answers.h"

#include <fmt/core.h>
#include <ldns/ldns.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>
#include <vector>

#include "base/text.h"
#include "rehearse/ip.h"

namespace hagaki::rehearse {
namespace {

struct RrFree {
  void operator()(ldns_rr* rr) const { ldns_rr_free(rr); }
};
struct PktFree {
  void operator()(ldns_pkt* pkt) const { ldns_pkt_free(pkt); }
};
struct CFree {
  void operator()(void* p) const { std::free(p); }
};
using Rr = std::unique_ptr<ldns_rr, RrFree>;
using Pkt = std::unique_ptr<ldns_pkt, PktFree>;

constexpr std::size_t kUdpPlain = 512;  // RFC 1035 §2.3.4
constexpr std::size_t kUdpMost = 4096;  // what we send at most, whatever a client offers
constexpr std::size_t kTcpMost = 65535;
constexpr int kCnames = 8;

Result<Rr> parse_rr(const std::string& text, std::uint32_t ttl) {
  ldns_rr* rr = nullptr;
  const ldns_status status = ldns_rr_new_frm_str(&rr, text.c_str(), ttl, nullptr, nullptr);
  if (status != LDNS_STATUS_OK)
    return fail(ErrorCode::Config, fmt::format("not a resource record ({}): {}",
                                               ldns_get_errorstr_by_id(status), text));
  return Rr(rr);
}

/// A character-string in zone file form (RFC 1035 §5.1).
std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text.substr(0, 255)) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\')
      out += fmt::format("\\{}", c);
    else if (byte < 0x20 || byte > 0x7e)
      out += fmt::format("\\{:03}", byte);
    else
      out += c;
  }
  return out + "\"";
}

/// The owner name in lower case without the final dot.
std::string name_of(const ldns_rdf* rdf) {
  const std::unique_ptr<char, CFree> text(ldns_rdf2str(rdf));
  std::string name = text ? ascii_lower(text.get()) : std::string();
  if (!name.empty() && name.back() == '.') name.pop_back();
  return name;
}

bool at_or_below(std::string_view name, std::string_view zone) {
  return name == zone || (name.size() > zone.size() && name.ends_with(zone) &&
                          name[name.size() - zone.size() - 1] == '.');
}

}  // namespace

struct DnsAnswers::State {
  explicit State(const Scenario& s) : scenario(s) {}

  struct Found {
    DnsState state = DnsState::NoDomain;
    std::vector<Rr> records;
  };

  Result<void> load();
  Result<void> add(const std::string& line);
  void know(std::string name);
  [[nodiscard]] Found look_up(const std::string& name, ldns_rr_type type) const;
  [[nodiscard]] Found in_blocklist(const Blocklist& list, const std::string& name,
                                   ldns_rr_type type) const;
  [[nodiscard]] Found of_rule(const DomainRule& rule, const std::string& name,
                              ldns_rr_type type) const;
  [[nodiscard]] Rr make(const std::string& name, std::string_view rest) const;

  const Scenario& scenario;
  std::map<std::string, std::vector<Rr>> records;
  std::set<std::string> names;  ///< all that exist, with those above them
};

void DnsAnswers::State::know(std::string name) {
  while (names.insert(name).second) {
    const std::size_t dot = name.find('.');
    if (dot == std::string::npos) break;
    name.erase(0, dot + 1);
  }
}

Result<void> DnsAnswers::State::add(const std::string& line) {
  auto rr = parse_rr(line, scenario.ttl);
  if (!rr) return tl::unexpected(rr.error());
  std::string name = name_of(ldns_rr_owner(rr->get()));
  know(name);
  records[std::move(name)].push_back(std::move(*rr));
  return {};
}

Result<void> DnsAnswers::State::load() {
  for (const std::string& line : scenario.dns_records)
    if (auto added = add(line); !added) return added;
  for (const Host& host : scenario.hosts) {
    auto added = add(fmt::format("{}. {} IN A {}", host.name, scenario.ttl, host.address));
    if (added && !host.address6.empty())
      added = add(fmt::format("{}. {} IN AAAA {}", host.name, scenario.ttl, host.address6));
    if (!added) return added;
  }
  for (const DomainRule& rule : scenario.domains)
    if (rule.dns != DnsState::NoDomain && rule.name[0] != '*') know(rule.name);
  for (const Blocklist& list : scenario.blocklists)
    if (list.dns != DnsState::NoDomain) know(list.zone);
  return {};
}

Rr DnsAnswers::State::make(const std::string& name, std::string_view rest) const {
  auto rr = parse_rr(fmt::format("{}. {} IN {}", name, scenario.ttl, rest), scenario.ttl);
  return rr ? std::move(*rr) : Rr();
}

DnsAnswers::State::Found DnsAnswers::State::in_blocklist(const Blocklist& list,
                                                         const std::string& name,
                                                         ldns_rr_type type) const {
  Found found{list.dns, {}};
  if (list.dns != DnsState::Ok || name == list.zone) return found;
  const std::string labels = name.substr(0, name.size() - list.zone.size() - 1);
  const auto address = unreverse(labels);
  found.state = DnsState::NoDomain;
  for (const Listing& listing : list.listed) {
    const auto range = IpRange::parse(listing.target);
    const bool hit = range ? address && range->contains(*address) : labels == listing.target;
    if (!hit) continue;
    found.state = DnsState::Ok;
    if (type == LDNS_RR_TYPE_A || type == LDNS_RR_TYPE_ANY)
      for (const std::string& code : listing.codes)
        found.records.push_back(make(name, "A " + code));
    if ((type == LDNS_RR_TYPE_TXT || type == LDNS_RR_TYPE_ANY) && !listing.text.empty())
      found.records.push_back(make(
          name, "TXT " + quoted(fill_reply(listing.text, {.recipient = labels,
                                                          .ip = address ? *address : labels}))));
  }
  return found;
}

DnsAnswers::State::Found DnsAnswers::State::of_rule(const DomainRule& rule, const std::string& name,
                                                    ldns_rr_type type) const {
  Found found{rule.dns, {}};
  if (rule.dns == DnsState::NullMx) {
    found.state = DnsState::Ok;
    if (type == LDNS_RR_TYPE_MX) found.records.push_back(make(name, "MX 0 ."));
  }
  if (rule.dns == DnsState::NoMailHost) found.state = DnsState::Ok;
  if (rule.dns != DnsState::Ok) return found;
  if (type == LDNS_RR_TYPE_MX)
    for (const MxTarget& mx : rule.mx)
      found.records.push_back(make(name, fmt::format("MX {} {}.", mx.preference, mx.host)));
  if (rule.mx.empty() && (type == LDNS_RR_TYPE_A || type == LDNS_RR_TYPE_AAAA)) {
    if (const auto index = scenario.host(rule.implicit_host)) {
      const Host& host = scenario.hosts[*index];
      if (type == LDNS_RR_TYPE_A)
        found.records.push_back(make(name, "A " + host.address));
      else if (!host.address6.empty())
        found.records.push_back(make(name, "AAAA " + host.address6));
    }
  }
  return found;
}

DnsAnswers::State::Found DnsAnswers::State::look_up(const std::string& name,
                                                    ldns_rr_type type) const {
  const Blocklist* closest = nullptr;  // a zone may lie in another
  for (const Blocklist& list : scenario.blocklists)
    if (at_or_below(name, list.zone) &&
        (closest == nullptr || list.zone.size() > closest->zone.size()))
      closest = &list;
  if (closest != nullptr) return in_blocklist(*closest, name, type);
  // A domain that is silent or broken is so for every name in it.
  for (std::string_view rest = name;;) {
    const DomainRule* above = scenario.domain(rest);
    if (above != nullptr && above->name == rest &&
        (above->dns == DnsState::ServFail || above->dns == DnsState::Refused ||
         above->dns == DnsState::Timeout || above->dns == DnsState::NoDomain))
      return {above->dns, {}};
    const std::size_t dot = rest.find('.');
    if (dot == std::string_view::npos) break;
    rest = rest.substr(dot + 1);
  }
  Found found{scenario.unknown_names, {}};
  if (names.contains(name)) found.state = DnsState::Ok;
  // A name of a host or record of its own is no mail domain by way of a wildcard.
  const DomainRule* rule = scenario.domain(name);
  if (rule != nullptr && (rule->name == name || !names.contains(name)))
    found = of_rule(*rule, name, type);
  if (const auto own = records.find(name); own != records.end()) {
    found.state = DnsState::Ok;
    for (const Rr& rr : own->second) {
      const ldns_rr_type rr_type = ldns_rr_get_type(rr.get());
      if (rr_type == type || rr_type == LDNS_RR_TYPE_CNAME || type == LDNS_RR_TYPE_ANY)
        found.records.emplace_back(ldns_rr_clone(rr.get()));
    }
  }
  return found;
}

DnsAnswers::DnsAnswers(std::unique_ptr<State> state) : state_(std::move(state)) {}
DnsAnswers::~DnsAnswers() = default;
DnsAnswers::DnsAnswers(DnsAnswers&&) noexcept = default;
DnsAnswers& DnsAnswers::operator=(DnsAnswers&&) noexcept = default;

Result<DnsAnswers> DnsAnswers::make(const Scenario& scenario) {
  auto state = std::make_unique<State>(scenario);
  if (auto loaded = state->load(); !loaded) return tl::unexpected(loaded.error());
  return DnsAnswers(std::move(state));
}

std::optional<std::string> DnsAnswers::answer(std::string_view query, bool tcp) const {
  ldns_pkt* raw = nullptr;
  if (ldns_wire2pkt(&raw, reinterpret_cast<const std::uint8_t*>(query.data()), query.size()) !=
      LDNS_STATUS_OK)
    return std::nullopt;
  const Pkt asked(raw);
  if (ldns_pkt_qr(asked.get()) || ldns_pkt_qdcount(asked.get()) != 1) return std::nullopt;
  const ldns_rr* question = ldns_rr_list_rr(ldns_pkt_question(asked.get()), 0);
  const ldns_rr_type type = ldns_rr_get_type(question);

  const Pkt reply(ldns_pkt_new());
  ldns_pkt_set_id(reply.get(), ldns_pkt_id(asked.get()));
  ldns_pkt_set_qr(reply.get(), true);
  ldns_pkt_set_opcode(reply.get(), ldns_pkt_get_opcode(asked.get()));
  ldns_pkt_set_rd(reply.get(), ldns_pkt_rd(asked.get()));
  ldns_pkt_set_ra(reply.get(), true);
  ldns_pkt_push_rr(reply.get(), LDNS_SECTION_QUESTION, ldns_rr_clone(question));
  std::size_t most = tcp ? kTcpMost : kUdpPlain;
  if (ldns_pkt_edns(asked.get())) {
    ldns_pkt_set_edns_udp_size(reply.get(), kUdpMost);
    if (!tcp)
      most = std::clamp<std::size_t>(ldns_pkt_edns_udp_size(asked.get()), kUdpPlain, kUdpMost);
  }

  ldns_pkt_rcode rcode = LDNS_RCODE_NOERROR;
  if (ldns_pkt_get_opcode(asked.get()) != LDNS_PACKET_QUERY) {
    rcode = LDNS_RCODE_NOTIMPL;
  } else {
    std::string name = name_of(ldns_rr_owner(question));
    for (int step = 0; step <= kCnames; ++step) {
      State::Found found = state_->look_up(name, type);
      if (found.state == DnsState::Timeout) return std::nullopt;
      if (found.state == DnsState::NoDomain) rcode = LDNS_RCODE_NXDOMAIN;
      if (found.state == DnsState::ServFail) rcode = LDNS_RCODE_SERVFAIL;
      if (found.state == DnsState::Refused) rcode = LDNS_RCODE_REFUSED;
      std::string next;
      for (Rr& rr : found.records) {
        if (!rr) continue;
        if (ldns_rr_get_type(rr.get()) == LDNS_RR_TYPE_CNAME && type != LDNS_RR_TYPE_CNAME &&
            type != LDNS_RR_TYPE_ANY)
          next = name_of(ldns_rr_rdf(rr.get(), 0));
        ldns_pkt_push_rr(reply.get(), LDNS_SECTION_ANSWER, rr.release());
      }
      if (next.empty()) break;
      name = std::move(next);
    }
  }
  ldns_pkt_set_rcode(reply.get(), rcode);

  const auto wire = [&reply]() -> std::optional<std::string> {
    std::uint8_t* bytes = nullptr;
    std::size_t size = 0;
    if (ldns_pkt2wire(&bytes, reply.get(), &size) != LDNS_STATUS_OK) return std::nullopt;
    const std::unique_ptr<std::uint8_t, CFree> owned(bytes);
    return std::string(reinterpret_cast<const char*>(bytes), size);
  };
  auto out = wire();
  if (out && out->size() > most) {
    ldns_pkt_set_tc(reply.get(), true);
    ldns_rr_list_deep_free(ldns_pkt_answer(reply.get()));
    ldns_pkt_set_answer(reply.get(), ldns_rr_list_new());
    ldns_pkt_set_ancount(reply.get(), 0);
    out = wire();
  }
  return out;
}

}  // namespace hagaki::rehearse
