#include "dnsbl/listing.h"

#include <array>
#include <string_view>

#include "base/text.h"

namespace hagaki::dnsbl {
std::string fill_url(const std::string& url, const Target& target) {
  static constexpr std::array<std::string_view, 3> kSlots{"{ip}", "{domain}", "{query}"};
  std::string out = url;
  std::string query;
  append_percent_encoded(query, target.text, ":");
  for (const auto slot : kSlots) {
    for (auto at = out.find(slot); at != std::string::npos; at = out.find(slot)) {
      out.replace(at, slot.size(), query);
    }
  }
  return out;
}

Change change_of(const Listing& listing, bool known) {
  if (listing.zone->list != ListKind::Block) return Change::None;
  switch (listing.verdict.outcome) {
    case Outcome::Listed:
      return known ? Change::Still : Change::New;
    case Outcome::NotListed:
      return known ? Change::Delisted : Change::None;
    default:
      return known ? Change::Still : Change::None;
  }
}

std::string_view change_name(Change change) {
  switch (change) {
    case Change::New:
      return "new";
    case Change::Still:
      return "still";
    case Change::Delisted:
      return "delisted";
    case Change::None:
      break;
  }
  return {};
}

void set_delisting_page(Listing& listing) {
  const bool wanted =
      listing.verdict.outcome == Outcome::Listed && listing.zone->list != ListKind::Allow;
  listing.delist_url = wanted ? fill_url(listing.zone->delist_url, listing.target) : std::string();
}

}  // namespace hagaki::dnsbl
