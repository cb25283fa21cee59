#pragma once

#include <string>

#include "base/time.h"
#include "dnsbl/target.h"
#include "dnsbl/verdict.h"
#include "dnsbl/zones.h"

namespace hagaki::dnsbl {

/// What one list said about one target.
struct Listing {
  Target target;
  const Zone* zone = nullptr;  ///< as long as the AskedZones that were asked
  Verdict verdict;
  std::string text;        ///< the list's own words (TXT), one line of UTF-8; only when listed
  std::string delist_url;  ///< with the target filled in; only when on a block list
  std::int64_t elapsed_ms = 0;
  Timestamp time;
};

/// `url` with "{ip}", "{domain}" and "{query}" replaced by the target, percent-encoded (RFC 3986).
std::string fill_url(const std::string& url, const Target& target);

}  // namespace hagaki::dnsbl
