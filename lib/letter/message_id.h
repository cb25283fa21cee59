#pragma once

#include <string>
#include <string_view>

#include "base/digest.h"

namespace hagaki::letter {

/// The Message-ID (RFC 5322 §3.6.4, without angle brackets) of what a campaign, whose name is the
/// key of `campaign`, sends to the recipient with this canonical key: always the same, so that a
/// copy sent twice is recognised by whoever receives it. Tells neither campaign nor recipient.
/// `domain` is the sender's, A-label.
std::string message_id(const HmacSha256& campaign, std::string_view recipient_key,
                       std::string_view domain);

/// Letters and digits that name a campaign inside a return path, at most 12: the name itself in
/// lower case without other characters where that is enough, else a hash of it. Never empty.
std::string campaign_token(std::string_view campaign);

}  // namespace hagaki::letter
