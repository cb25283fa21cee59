#include <string>

#include "dmarc/record.h"
#include "dnsbl/target.h"
#include "preflight/sender_state.h"

namespace hagaki::preflight {
namespace {

void append(std::string& list, const std::string& item) {
  list += (list.empty() ? "" : "; ") + item;
}

void judge(SenderCheck::State& state, std::size_t part, const std::vector<dnsbl::Listing>& rows) {
  const bool domain = state.parts[part].id == Id("domain-listed");
  std::string major;
  std::string minor;
  std::string unknown;
  for (const auto& row : rows) {
    std::string entry = row.zone->zone;
    if (!row.verdict.meaning.empty()) entry += ": " + row.verdict.meaning;
    switch (row.verdict.outcome) {
      case dnsbl::Outcome::Listed:
        append(row.zone->major ? major : minor, entry);
        break;
      case dnsbl::Outcome::NotListed:
        break;
      default:
        append(unknown,
               row.zone->zone + " (" + std::string(dnsbl::outcome_name(row.verdict.outcome)) + ")");
        break;
    }
  }
  const std::string& what = state.parts[part].what;
  std::vector<Finding> found;
  if (!major.empty()) {
    found.push_back({domain ? Id("domain-listed") : Id("ip-listed"), what + " by " + major});
  }
  if (!minor.empty()) {
    found.push_back({domain ? Id("domain-listed-elsewhere") : Id("ip-listed-elsewhere"),
                     what + " by " + minor});
  }
  if (!unknown.empty()) found.push_back({state.parts[part].id, what + ": " + unknown, true});
  state.close(part, std::move(found));
}

}  // namespace

void check_lists(SenderCheck::State& state) {
  std::vector<dnsbl::Target> targets;
  std::vector<std::size_t> parts;
  const auto add = [&](Id id, const std::string& spec, const std::string& address) {
    auto parsed = dnsbl::parse_target(spec);
    if (!parsed || parsed->size() != 1) return;
    targets.push_back(std::move(parsed->front()));
    parts.push_back(state.open(id, targets.back().text, address));
  };
  for (const auto& address : state.addresses()) {
    add("ip-listed", address.ip.text(), address.ip.text());
  }
  if (!state.sender.from.empty() && !state.sender.from.front().domain().is_literal()) {
    // Lists of domains hold what somebody registered.
    add("domain-listed", dmarc::organisational_domain(state.sender.from.front().domain().ascii()),
        {});
  }
  if (targets.empty()) return;
  dnsbl::CheckOptions options;
  options.now = state.now;
  state.lists = std::make_unique<dnsbl::Check>(state.resolver, state.zones, std::move(options));
  auto next = std::make_shared<std::size_t>(0);
  state.lists->start(
      std::move(targets),
      [&state, parts, next](const dnsbl::Target&, const std::vector<dnsbl::Listing>& rows) {
        judge(state, parts[(*next)++], rows);
      },
      [&state, parts](const dnsbl::CheckEnd& end) {
        for (const auto part : parts) {
          if (state.parts[part].open) {
            state.close_unknown(part, end.detail.empty() ? "no answer" : end.detail);
          }
        }
      });
}

}  // namespace hagaki::preflight
