#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "dkim/key.h"

namespace hagaki::dkim {

/// Who signs: the key stands in DNS at `selector`._domainkey.`domain`.
struct Signer {
  std::string domain;    ///< A-labels, lower case
  std::string selector;  ///< one label or several
  Key key;
};

/// The DKIM-Signature fields of `message` (lines end in CRLF), one by each of `signers`, to be put
/// in front of it (RFC 6376, RFC 8463): relaxed/relaxed, with the time. Signed is what shows whom a
/// mail is from, what it is about and how one leaves the list; what a reader or a reply goes by
/// once more than it is there, so that nobody can add another (RFC 6376 §8.15), but for fields of
/// lists. Error::Io where the library fails.
Result<std::string> signature_fields(std::string_view message,
                                     const std::vector<const Signer*>& signers, Timestamp now);

/// Those of `signers` who sign for a sender at `domain` (A-labels), so that DMARC finds them
/// aligned (RFC 7489 §3.1.1): of the longest name that is the domain or stands above it, all; else
/// those of the first name below it.
std::vector<const Signer*> signers_of(const std::vector<Signer>& signers, std::string_view domain);

/// The record of a signer's key as a line of a zone file, in strings of at most 255 octets
/// (RFC 6376 §3.6.2.2).
std::string zone_line(const Signer& signer);

}  // namespace hagaki::dkim
