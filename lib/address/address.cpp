#include "address/address.h"

#include "base/ascii.h"
#include "base/text.h"

namespace hagaki {
namespace {

constexpr std::size_t kMaxLocal = 64;  // RFC 5321 §4.5.3.1.1
constexpr std::size_t kMaxPath = 254;  // RFC 5321 §4.5.3.1.3, less the angle brackets

/// atext of RFC 5322 §3.2.3 and RFC 6532 §3.2 (any byte of a UTF-8 character).
bool is_atext(char c) {
  return is_alnum(c) || static_cast<signed char>(c) < 0 ||
         std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos;
}

/// Position of the "@" that ends the local part; npos when there is none.
std::size_t find_at(std::string_view spec) {
  if (spec.empty() || spec.front() != '"') return spec.find('@');
  for (std::size_t i = 1; i < spec.size(); ++i) {
    if (spec[i] == '\\') {
      ++i;
    } else if (spec[i] == '"') {
      return i + 1 < spec.size() && spec[i + 1] == '@' ? i + 1 : std::string_view::npos;
    }
  }
  return std::string_view::npos;
}

/// Reads a Quoted-string (RFC 5321 §4.1.2) into what it stands for.
Result<std::string> unquote(std::string_view local) {
  std::string out;
  for (std::size_t i = 1; i + 1 < local.size(); ++i) {
    char c = local[i];
    if (c == '\\' && i + 2 < local.size()) {
      c = local[++i];
      // RFC 6531 §3.3 lets UTF-8 stand in the string, not behind a backslash.
      if (static_cast<signed char>(c) < 0) {
        return fail(ErrorCode::Syntax,
                    "quoted local part has '\\' before a character not in ASCII");
      }
    }
    if (static_cast<signed char>(c) >= 0 && (c < 0x20 || c == 0x7F)) {
      return fail(ErrorCode::Syntax, "quoted local part has a control character");
    }
    out.push_back(c);
  }
  if (out.empty()) return fail(ErrorCode::Syntax, "local part is empty");
  return out;
}

/// Checks an unquoted local part; true when it breaks the dot-string as the carriers' did.
Result<bool> check_dot_string(std::string_view local) {
  bool carrier_dots = false;
  if (local.front() == '.') return fail(ErrorCode::Syntax, "local part begins with '.'");
  char before = '\0';
  for (const char c : local) {
    if (c == '.') {
      carrier_dots |= before == '.';
    } else if (!is_atext(c)) {
      return fail(ErrorCode::Syntax, "local part has a character that needs quotes");
    }
    before = c;
  }
  return carrier_dots || before == '.';
}

}  // namespace

Result<Address> Address::parse(std::string_view spec) {
  spec = trim(spec);
  if (spec.empty()) return fail(ErrorCode::Syntax, "address is empty");
  if (!is_utf8(spec)) return fail(ErrorCode::Syntax, "address is not UTF-8");
  const auto at = find_at(spec);
  if (at == std::string_view::npos) return fail(ErrorCode::Syntax, "address has no '@'");
  const auto local = spec.substr(0, at);
  if (local.empty()) return fail(ErrorCode::Syntax, "local part is empty");
  if (local.size() > kMaxLocal) {
    return fail(ErrorCode::Limit, "local part is longer than 64 octets");
  }
  auto domain = Domain::parse(spec.substr(at + 1));
  if (!domain) return tl::unexpected(domain.error());
  if (local.size() + 1 + domain->ascii().size() > kMaxPath) {
    return fail(ErrorCode::Limit, "address is longer than 254 octets");
  }

  Address out;
  std::string plain(local);
  if (local.front() == '"') {
    auto unquoted = unquote(local);
    if (!unquoted) return tl::unexpected(unquoted.error());
    // Carriers' dots too: mail systems quote them, lists mostly do not.
    if (check_dot_string(*unquoted)) plain = std::move(*unquoted);
  } else {
    const auto dots = check_dot_string(local);
    if (!dots) return tl::unexpected(dots.error());
    out.carrier_dots_ = *dots;
  }
  out.text_ = std::string(spec);
  out.at_ = at;
  out.domain_ = std::move(*domain);
  out.key_ = ascii_lower(plain) + "@" + out.domain_.ascii();
  return out;
}

std::string Address::envelope() const {
  return std::string(local()) + "@" + domain_.ascii();
}

bool Address::needs_smtputf8() const {
  return !is_ascii(local());
}

std::string canonical_key(std::string_view spec) {
  const auto address = Address::parse(spec);
  return address ? address->key() : std::string();
}

std::string_view bare_address(std::string_view s) {
  s = trim(s);
  // RFC 3464 §2.3.1 and RFC 6533 §3 address types.
  for (const std::string_view type : {"rfc822;", "utf-8;", "smtp;", "x-unknown;"}) {
    if (ascii_istarts_with(s, type)) s = trim(s.substr(type.size()));
  }
  const auto open = s.rfind('<');
  if (open != std::string_view::npos) {
    const auto close = s.find('>', open);
    s = trim(s.substr(open + 1, close == std::string_view::npos ? close : close - open - 1));
  }
  if (ascii_istarts_with(s, "mailto:")) s.remove_prefix(7);
  while (!s.empty() && std::string_view(".,;:!?)>]'\"").find(s.back()) != std::string_view::npos) {
    if (s.back() == ']' && s.find('[') != std::string_view::npos) break;
    s.remove_suffix(1);
  }
  return s;
}

}  // namespace hagaki
