#include "letter/message_id.h"

#include "base/ascii.h"
#include "base/text.h"

namespace hagaki::letter {
namespace {

constexpr std::size_t kDigestBytes = 20;  // 160 bits make 32 characters of base32
constexpr std::size_t kTokenSize = 12;

}  // namespace

std::string message_id(const HmacSha256& campaign, std::string_view recipient_key,
                       std::string_view domain) {
  const std::string digest = campaign.of(recipient_key);
  std::string id = to_base32(std::string_view(digest).substr(0, kDigestBytes));
  id += '@';
  id += domain;
  return id;
}

std::string campaign_token(std::string_view campaign) {
  std::string token;
  for (const char c : ascii_lower(campaign)) {
    if (is_alnum(c)) {
      token += c;
    } else if (static_cast<unsigned char>(c) >= 128) {
      token.clear();
      break;
    }
  }
  if (!token.empty() && token.size() <= kTokenSize) return token;
  return to_base32(hmac_sha256("campaign", campaign)).substr(0, kTokenSize);
}

}  // namespace hagaki::letter
