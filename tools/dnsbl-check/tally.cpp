#include "tally.h"

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

void Tally::count(const std::vector<Listing>& rows) {
  const auto listed_before = listed;
  for (const auto& row : rows) count_one(row);
  ++targets;
  if (listed > listed_before) ++targets_listed;
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

void ChangeCount::count(dnsbl::Change change) {
  switch (change) {
    case dnsbl::Change::New:
      ++fresh;
      return;
    case dnsbl::Change::Still:
      ++still;
      return;
    case dnsbl::Change::Delisted:
      ++delisted;
      return;
    case dnsbl::Change::None:
      return;
  }
}
