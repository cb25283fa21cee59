#include "tally.h"

#include <algorithm>

using namespace hagaki;
using dnsbl::Listing;
using dnsbl::ListKind;
using dnsbl::Outcome;

Standing standing_of(const Listing& listing) {
  switch (listing.verdict.outcome) {
    case Outcome::NotListed:
      return listing.change == dnsbl::Change::Delisted ? Standing::Delisted : Standing::Clean;
    case Outcome::Listed:
      break;
    default:
      return Standing::Unjudged;
  }
  switch (listing.zone->list) {
    case ListKind::Block:
      return Standing::Listed;
    case ListKind::Allow:
      return Standing::Allowed;
    case ListKind::Reputation:
      break;
  }
  return Standing::Rated;
}

bool is_refuted(const Listing& listing, const dnsbl::Zone& zone, dnsbl::Kind kind) {
  return listing.zone == &zone && listing.target.kind == kind &&
         listing.verdict.outcome == Outcome::Listed;
}

void Tally::count(const std::vector<Listing>& rows) {
  Zones blocked_by;
  for (const auto& row : rows) {
    count_one(row);
    if (row.verdict.outcome != Outcome::Listed) continue;
    ++entries_[{row.target.kind, row.zone}];
    if (row.zone->list == ListKind::Block) blocked_by.push_back(row.zone);
  }
  ++targets;
  if (blocked_by.empty()) return;
  ++targets_listed;
  ++listed_by_[{rows.front().target.kind, std::move(blocked_by)}];
}

void Tally::disqualified(const dnsbl::Zone& zone, dnsbl::Kind kind) {
  const auto found = entries_.find({kind, &zone});
  if (found == entries_.end()) return;
  const auto count = found->second;
  entries_.erase(found);
  errors += count;
  switch (zone.list) {
    case ListKind::Reputation:
      rated -= count;
      return;
    case ListKind::Allow:
      allowed -= count;
      return;
    case ListKind::Block:
      break;
  }
  listed -= count;
  if (zone.major) listed_major -= count;
  decltype(listed_by_) others;
  for (const auto& [by, number] : listed_by_) {
    auto rest = by;
    if (by.first == kind) std::erase(rest.second, &zone);
    if (rest.second.empty()) {
      targets_listed -= number;
    } else {
      others[rest] += number;
    }
  }
  listed_by_ = std::move(others);
}

void Tally::count_one(const Listing& listing) {
  ++asked;
  switch (standing_of(listing)) {
    case Standing::Listed:
      ++listed;
      if (listing.zone->major) ++listed_major;
      return;
    case Standing::Rated:
      ++rated;
      return;
    case Standing::Allowed:
      ++allowed;
      return;
    case Standing::Delisted:
    case Standing::Clean:
      ++clean;
      return;
    case Standing::Unjudged:
      break;
  }
  switch (listing.verdict.outcome) {
    case Outcome::Refused:
      ++refused;
      if (listing.verdict.codes.empty()) ++refused_by_rcode;
      return;
    case Outcome::Timeout:
      ++timeouts;
      return;
    default:
      ++errors;
  }
}

void ChangeCount::count(dnsbl::Change change, std::size_t times) {
  switch (change) {
    case dnsbl::Change::New:
      fresh += times;
      return;
    case dnsbl::Change::Still:
      still += times;
      return;
    case dnsbl::Change::Delisted:
      delisted += times;
      return;
    case dnsbl::Change::None:
      return;
  }
}
