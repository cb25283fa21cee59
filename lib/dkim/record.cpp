#include "dkim/record.h"

#include <algorithm>

#include "base/text.h"
#include "mime/decode.h"

namespace hagaki::dkim {
namespace {

/// Whether `wanted` is one of the words of `value`, which ":" separates.
bool has_word(std::string_view value, std::string_view wanted) {
  const auto words = split(value, ':');
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return ascii_iequals(trim(word), wanted); });
}

}  // namespace

Result<Record> parse_record(std::string_view txt) {
  Record out;
  out.key_type = "rsa";
  bool first = true;
  bool has_key = false;
  const auto wrong = [](std::string why) { return fail(ErrorCode::Syntax, std::move(why)); };
  for (const auto part : split(txt, ';')) {
    if (trim(part).empty()) continue;
    const auto equals = part.find('=');
    if (equals == std::string_view::npos) return wrong("a tag has no \"=\"");
    const auto name = trim(part.substr(0, equals));
    const auto value = trim(part.substr(equals + 1));
    if (name == "v" && (!first || value != "DKIM1")) return wrong("v is not DKIM1 or not first");
    if (name == "k") out.key_type = ascii_lower(value);
    if (name == "h" && !has_word(value, "sha256")) return wrong("h has no sha256");
    if (name == "s" && !has_word(value, "*") && !has_word(value, "email"))
      return wrong("s is not for mail");
    if (name == "t") out.testing = has_word(value, "y");
    if (name == "p") {
      has_key = true;
      out.key = mime::decode_base64(value);
      if (out.key.empty() && !value.empty()) return wrong("p is no key");
    }
    first = false;
  }
  if (!has_key) return wrong("p is missing");
  return out;
}

bool is_of(const Record& record, const Key& key) {
  const auto own = parse_record(key.record());
  if (!own || record.key.empty() || record.key_type != own->key_type) return false;
  if (record.key == own->key) return true;
  // A SubjectPublicKeyInfo ends in the RSAPublicKey, with about thirty octets before it.
  constexpr std::size_t kMostBefore = 40;
  return own->key_type == "rsa" && own->key.ends_with(record.key) &&
         own->key.size() - record.key.size() <= kMostBefore;
}

}  // namespace hagaki::dkim
