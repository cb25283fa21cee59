#include "address/syntax.h"

#include <algorithm>

#include "base/text.h"

namespace hagaki {
namespace {

/// What a server of RFC 5321 without extensions would mind in an address that can be mailed.
Result<void> check_strict(std::string_view spec, const Address& address) {
  if (spec != address.text()) return fail(ErrorCode::Syntax, "address has white space around it");
  if (address.needs_smtputf8()) {
    return fail(ErrorCode::Syntax, "local part is not ASCII (needs SMTPUTF8)");
  }
  if (address.carrier_dots()) {
    return fail(ErrorCode::Syntax, "local part has '.' at its end or twice in a row");
  }
  const Domain& domain = address.domain();
  if (domain.is_literal()) return fail(ErrorCode::Syntax, "domain is an address literal");
  if (spec.back() == '.') return fail(ErrorCode::Syntax, "domain ends in '.'");
  if (domain.ascii().find('.') == std::string::npos) {
    return fail(ErrorCode::Syntax, "domain has a single label");
  }
  return {};
}

}  // namespace

std::optional<Syntax> syntax_named(std::string_view name) {
  if (name == "strict") return Syntax::Strict;
  if (name == "smtp") return Syntax::Smtp;
  if (name == "loose") return Syntax::Loose;
  return std::nullopt;
}

Result<AddressReading> read_address(std::string_view spec, Syntax syntax) {
  auto address = Address::parse(spec);
  if (address) {
    if (syntax == Syntax::Strict) {
      if (const auto ok = check_strict(spec, *address); !ok) return tl::unexpected(ok.error());
    }
    return AddressReading{std::move(*address), false};
  }
  if (syntax != Syntax::Loose || !is_utf8(spec)) return tl::unexpected(address.error());
  const auto plain = without_obsolete_forms(spec);
  if (!plain) return tl::unexpected(address.error());
  auto again = Address::parse(*plain);
  if (!again) return tl::unexpected(again.error());
  return AddressReading{std::move(*again), true};
}

}  // namespace hagaki
