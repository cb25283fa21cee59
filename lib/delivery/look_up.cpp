#include <utility>

#include <fmt/core.h>

#include "delivery/engine.h"
#include "dns/lookup.h"

namespace hagaki::delivery {
namespace {

constexpr std::size_t kMostAddresses = 6;
/// A host without an address that one of ours can reach is asked for again after this time.
constexpr std::chrono::minutes kOtherFamily{10};

}  // namespace

/// Finds the addresses of an MX host, and what its TLSA records ask for.
void Engine::look_up(Lane& lane) {
  lane.lookup = Lane::Lookup::Asked;
  dns::find_addresses(
      resolver_, lane.server.host,
      [this, &lane, alive = std::weak_ptr<bool>(alive_)](const dns::HostAddresses& found) {
        if (alive.expired() || halted_ || ending_) return;
        on_addresses(lane, found);
      });
}

void Engine::on_addresses(Lane& lane, const dns::HostAddresses& found) {
  lane.addresses.clear();
  for (const auto& address : found.addresses) {
    if (!lane.source->reaches(address)) continue;
    if (lane.addresses.size() < kMostAddresses) lane.addresses.push_back(address.text());
  }
  lane.address = 0;
  if (lane.addresses.empty() && !found.addresses.empty()) {
    look_up_failed(lane,
                   fmt::format("{} has no {} address, and we send from {}", lane.server.host,
                               lane.source->v6 ? "IPv6" : "IPv4", lane.source->ip),
                   where_of(lane, nullptr));
    lane.paused_until = loop_.now() + kOtherFamily;
    return;
  }
  if (lane.addresses.empty()) {
    return look_up_failed(lane,
                          fmt::format("no address of {}: {}", lane.server.host,
                                      dns::explain(found.status, found.detail)),
                          where_of(lane, nullptr));
  }
  // RFC 7672 §2.2.2: a zone that is not signed has no TLSA records that count, and some servers of
  // such zones do not answer the question.
  if (!lane.tls.demand.dane || !found.authenticated) {
    lane.tls_name.clear();
    lane.tls.dane = {};
    return look_up_done(lane);
  }
  look_up_tlsa(lane, found.owner, lane.server.host);
}

/// Of the host's real name first, then of the one in the MX record (RFC 7672 §2.2.3).
void Engine::look_up_tlsa(Lane& lane, const std::string& name, const std::string& then) {
  resolver_.query(
      tlspolicy::tlsa_name(name, lane.server.port), dns::Type::Tlsa,
      [this, &lane, name, then, alive = std::weak_ptr<bool>(alive_)](const dns::Answer& answer) {
        if (alive.expired() || halted_ || ending_) return;
        using Dane = tlspolicy::DaneDemand::Kind;
        auto demand = tlspolicy::judge_tlsa(answer);
        if (demand.kind == Dane::Nothing && name != then) {
          return look_up_tlsa(lane, then, then);
        }
        if (demand.kind == Dane::Unknown) {
          Where where = where_of(lane, nullptr);
          where.tls_policy = "dane";
          where.tls_failure = "dnssec-invalid";
          return look_up_failed(lane, fmt::format("no TLSA records of {}: {}", name, demand.detail),
                                where);
        }
        lane.tls_name = demand.kind == Dane::Authenticate ? name : "";
        lane.tls.dane = std::move(demand);
        look_up_done(lane);
      });
}

void Engine::look_up_done(Lane& lane) {
  lane.lookup = Lane::Lookup::Done;
  lane.looked_up = loop_.now();
  touch(lane);
  serve_touched();
}

void Engine::look_up_failed(Lane& lane, std::string message, const Where& where) {
  lane.lookup = Lane::Lookup::Needed;
  Said said;
  said.by = "dns";
  said.phase = "connect";
  said.status = "4.4.3";
  said.reason = "networkerror";
  said.message = std::move(message);
  lane_failed(lane, said, where);
  serve_touched();
}

}  // namespace hagaki::delivery
