#include "harvest/mail_people.h"

#include <algorithm>
#include <utility>

#include "address/address.h"
#include "base/text.h"
#include "harvest/encoding.h"
#include "harvest/public_suffix.h"
#include "mime/mailboxes.h"
#include "mime/words.h"

namespace hagaki::harvest {
namespace {

/// A name as UTF-8: raw text in any encoding, and encoded words.
std::string decoded_name(std::string_view name) {
  const auto text = text_in(name, "");
  auto out = text ? mime::decode_words(*text) : std::string();
  // "'Taro'" is how some programs quote a name that is quoted already.
  if (out.size() > 2 && out.front() == '\'' && out.back() == '\'')
    out = out.substr(1, out.size() - 2);
  return out.find('@') == std::string::npos ? out : std::string();
}

}  // namespace

Result<OwnAddresses> OwnAddresses::parse(const std::vector<std::string>& texts) {
  OwnAddresses out;
  for (const auto& text : texts) {
    if (text.starts_with('@')) {
      const auto domain = Domain::parse(text.substr(1));
      if (!domain) return fail(ErrorCode::Config, domain.error().message, "--own " + text);
      out.keys_.insert('@' + std::string(domain->ascii()));
    } else {
      const auto address = Address::parse(text);
      if (!address) return fail(ErrorCode::Config, address.error().message, "--own " + text);
      out.keys_.insert(address->key());
    }
  }
  return out;
}

bool OwnAddresses::has(std::string_view key) const {
  return keys_.contains(std::string(key)) ||
         keys_.contains(std::string(key.substr(key.rfind('@'))));
}

Result<std::vector<std::string>> parse_mail_fields(std::string_view text) {
  std::vector<std::string> out;
  for (const auto part : split(text, ',')) {
    auto name = ascii_lower(trim(part));
    if (name != "from" && name != "reply-to" && name != "to" && name != "cc" && name != "sender") {
      return fail(ErrorCode::Config, "knows from, reply-to, to, cc and sender, not \"" + name + '"',
                  "--mail-fields");
    }
    if (std::find(out.begin(), out.end(), name) == out.end()) out.push_back(std::move(name));
  }
  return out;
}

std::vector<MailPerson> people_of(const mime::Headers& headers,
                                  const std::vector<std::string>& fields, const OwnAddresses& own) {
  std::vector<MailPerson> out;
  std::unordered_set<std::string> seen;
  for (const auto& wanted : fields) {
    for (const auto& field : headers.fields()) {
      if (!ascii_iequals(field.name, wanted)) continue;
      for (const auto& mailbox : mime::mailboxes_of(field.value)) {
        const auto address = Address::parse(mailbox.address);
        if (!address || !is_mail_domain(address->domain().ascii())) continue;
        if (own.has(address->key()) || !seen.insert(address->key()).second) continue;
        out.push_back({address->text(), decoded_name(mailbox.name)});
      }
    }
  }
  return out;
}

}  // namespace hagaki::harvest
