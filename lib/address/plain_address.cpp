#include <array>

#include "address/address.h"
#include "base/ascii.h"

namespace hagaki {
namespace {

constexpr std::size_t kMaxLocal = 64;  // RFC 5321 §4.5.3.1.1
constexpr std::size_t kMaxPath = 254;  // RFC 5321 §4.5.3.1.3, less the angle brackets
constexpr std::size_t kMaxLabel = 63;  // RFC 1035 §2.3.4

enum Kind : unsigned char { Other, Letter, Digit, Hyphen, LocalOnly, Dot, At };

constexpr std::array<Kind, 256> kinds() {
  std::array<Kind, 256> out{};
  for (unsigned char c = 'a'; c <= 'z'; ++c) out[c] = Letter;
  for (unsigned char c = 'A'; c <= 'Z'; ++c) out[c] = Letter;
  for (unsigned char c = '0'; c <= '9'; ++c) out[c] = Digit;
  out['-'] = Hyphen;
  out['_'] = out['+'] = LocalOnly;
  out['.'] = Dot;
  out['@'] = At;
  return out;
}
constexpr auto kKinds = kinds();

Kind kind_of(char c) {
  return kKinds[static_cast<unsigned char>(c)];
}

/// The place of the "@" behind a plain local part; 0 where it is none.
std::size_t plain_local(std::string_view spec) {
  Kind before = Dot;
  for (std::size_t i = 0; i < spec.size(); ++i) {
    const Kind kind = kind_of(spec[i]);
    if (kind == At) return before == Dot ? 0 : i;
    if (kind == Other || (kind == Dot && before == Dot)) return 0;
    before = kind;
  }
  return 0;
}

/// A host name of two labels or more, as Domain::parse() takes it in ASCII.
bool is_plain_domain(std::string_view name) {
  std::size_t labels = 1;
  std::size_t length = 0;
  bool digits = true;  // the label has nothing else
  Kind before = Dot;
  for (const char c : name) {
    const Kind kind = kind_of(c);
    if (kind == Dot) {
      if (before == Dot || before == Hyphen || length > kMaxLabel) return false;
      ++labels;
      length = 0;
      digits = true;
    } else {
      if (kind == Other || kind == LocalOnly || kind == At) return false;
      if (kind == Hyphen && before == Dot) return false;
      digits = digits && kind == Digit;
      ++length;
    }
    before = kind;
  }
  return labels > 1 && before != Dot && before != Hyphen && length <= kMaxLabel && !digits;
}

}  // namespace

bool Address::assign_plain(std::string_view spec) {
  if (spec.size() > kMaxPath) return false;
  const std::size_t at = plain_local(spec);
  if (at == 0 || at > kMaxLocal || !is_plain_domain(spec.substr(at + 1))) return false;
  text_.assign(spec);
  at_ = at;
  key_.assign(spec);
  for (char& c : key_) {
    const bool upper = static_cast<unsigned char>(c - 'A') < 26;
    c = static_cast<char>(c | (upper ? 0x20 : 0));
  }
  domain_.ascii_.assign(key_, at + 1);
  carrier_dots_ = false;
  return true;
}

}  // namespace hagaki
