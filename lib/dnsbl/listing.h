#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/time.h"
#include "dnsbl/target.h"
#include "dnsbl/verdict.h"
#include "dnsbl/zones.h"

namespace hagaki::dnsbl {

/// What an answer is beside the one remembered from before.
enum class Change {
  None,      ///< nothing is remembered, or nothing was listed then or now
  New,       ///< listed now, not before
  Still,     ///< listed before, and now, or nobody could judge now
  Delisted,  ///< listed before, not now
};

/// What one list said about one target.
struct Listing {
  Target target;
  const Zone* zone = nullptr;  ///< as long as the AskedZones that were asked
  Verdict verdict;
  std::string text;        ///< the list's own words (TXT), one line of UTF-8; only when listed
  std::string delist_url;  ///< with the target filled in; only when listed, by no allow list
  std::int64_t elapsed_ms = 0;
  Timestamp time;
  Change change = Change::None;
  Timestamp since;  ///< when the entry was first seen; with a change only
};

/// What `listing` is where its target's entry on its list was known (`known`) or not. Of block
/// lists only; who cannot be asked keeps what was known.
Change change_of(const Listing& listing, bool known);

/// "new", "still", "delisted"; empty for None.
std::string_view change_name(Change change);

/// `url` with "{ip}", "{domain}" and "{query}" replaced by the target, percent-encoded (RFC 3986).
std::string fill_url(const std::string& url, const Target& target);

/// Sets `delist_url` by the row of the listing's zone: only what is listed, and is no good news,
/// has one.
void set_delisting_page(Listing& listing);

}  // namespace hagaki::dnsbl
