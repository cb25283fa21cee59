#include "spf/record.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/ascii.h"
#include "base/text.h"
#include "spf/macro.h"

namespace hagaki::spf {
namespace {

constexpr std::string_view kVersion = "v=spf1";

using Kind = Mechanism::Kind;

constexpr std::array<std::pair<std::string_view, Kind>, 8> kMechanisms = {{
    {"all", Kind::All},
    {"include", Kind::Include},
    {"a", Kind::A},
    {"mx", Kind::Mx},
    {"ptr", Kind::Ptr},
    {"ip4", Kind::Ip4},
    {"ip6", Kind::Ip6},
    {"exists", Kind::Exists},
}};

tl::unexpected<Error> wrong(std::string message) {
  return fail(ErrorCode::Syntax, std::move(message));
}

/// "24" of "/24": a number of at most `most` without leading zeros.
std::optional<unsigned> read_prefix(std::string_view digits, unsigned most) {
  if (digits.empty() || (digits.size() > 1 && digits[0] == '0')) return std::nullopt;
  const auto number = parse_unsigned(digits, most);
  if (!number) return std::nullopt;
  return static_cast<unsigned>(*number);
}

/// Takes "/24", "//64" or "/24//64" off the end of `rest`. False for one that cannot be.
bool take_prefixes(std::string_view& rest, Mechanism& out) {
  const auto digits_from = [&rest] {
    const auto last = rest.find_last_not_of("0123456789");
    return last == std::string_view::npos ? 0 : last + 1;
  };
  auto at = digits_from();
  if (at >= 2 && rest.substr(at - 2, 2) == "//") {
    const auto length = read_prefix(rest.substr(at), 128);
    if (!length) return false;
    out.prefix6 = *length;
    rest = rest.substr(0, at - 2);
    at = digits_from();
  }
  if (at >= 1 && rest[at - 1] == '/') {
    const auto length = read_prefix(rest.substr(at), 32);
    if (!length) return false;
    out.prefix4 = *length;
    rest = rest.substr(0, at - 1);
  }
  return true;
}

Result<void> read_network(std::string_view value, Mechanism& out) {
  const bool v6 = out.kind == Kind::Ip6;
  const auto slash = value.find('/');
  const auto ip = dns::parse_ip(value.substr(0, slash));
  if (!ip || ip->v6 != v6) return wrong(v6 ? "no IPv6 network" : "no IPv4 network");
  out.network = *ip;
  if (slash == std::string_view::npos) return {};
  const auto length = read_prefix(value.substr(slash + 1), v6 ? 128 : 32);
  if (!length) return wrong("a prefix that cannot be");
  (v6 ? out.prefix6 : out.prefix4) = *length;
  return {};
}

/// `rest` is what follows the mechanism's name: ":target/24".
Result<void> read_value(std::string_view rest, Mechanism& out) {
  const bool has_value = rest.starts_with(':');
  switch (out.kind) {
    case Kind::All:
      if (!rest.empty()) return wrong("\"all\" takes nothing");
      return {};
    case Kind::Ip4:
    case Kind::Ip6:
      if (!has_value) return wrong("a network is missing");
      return read_network(rest.substr(1), out);
    case Kind::A:
    case Kind::Mx:
      if (!take_prefixes(rest, out)) return wrong("a prefix that cannot be");
      break;
    case Kind::Ptr:
      break;
    case Kind::Include:
    case Kind::Exists:
      if (!has_value) return wrong("a domain is missing");
      break;
  }
  if (rest.empty()) return {};
  if (!rest.starts_with(':')) return wrong("what stands behind its name is no domain");
  rest.remove_prefix(1);
  if (auto checked = check_domain_spec(rest); !checked) return checked;
  out.target = rest;
  return {};
}

Result<Mechanism> read_mechanism(std::string_view term) {
  Mechanism out;
  out.text = term;
  switch (term[0]) {
    case '-':
      out.qualifier = Qualifier::Fail;
      break;
    case '~':
      out.qualifier = Qualifier::SoftFail;
      break;
    case '?':
      out.qualifier = Qualifier::Neutral;
      break;
    default:
      break;
  }
  if (std::string_view("+-~?").find(term[0]) != std::string_view::npos) term.remove_prefix(1);
  const auto name = term.substr(0, term.find_first_of(":/"));
  const auto known = std::find_if(kMechanisms.begin(), kMechanisms.end(),
                                  [&](const auto& row) { return ascii_iequals(row.first, name); });
  if (known == kMechanisms.end()) return wrong("no mechanism of this name");
  out.kind = known->second;
  if (auto read = read_value(term.substr(name.size()), out); !read) {
    return tl::unexpected<Error>(read.error());
  }
  return out;
}

/// Where the "=" of a modifier stands; npos for a mechanism.
std::size_t modifier_at(std::string_view term) {
  const auto named = [](char c) { return is_alnum(c) || c == '-' || c == '_' || c == '.'; };
  const auto end = std::find_if_not(term.begin(), term.end(), named);
  const auto at = static_cast<std::size_t>(end - term.begin());
  const bool letter = !term.empty() && is_alpha(term[0]);
  return letter && end != term.end() && *end == '=' ? at : std::string_view::npos;
}

}  // namespace

bool is_spf(std::string_view txt) {
  return ascii_istarts_with(txt, kVersion) &&
         (txt.size() == kVersion.size() || txt[kVersion.size()] == ' ');
}

Result<Record> parse_record(std::string_view txt) {
  Record out;
  bool has_exp = false;
  std::size_t count = 0;
  const auto in = [](const Error& error, std::string_view term) {
    return fail(error.code, error.message, printable(term));
  };
  if (!is_spf(txt)) return wrong("no SPF record");
  for (const auto term : split(txt.substr(kVersion.size()), ' ')) {
    if (term.empty()) continue;
    if (++count > kMaxTerms) return fail(ErrorCode::Limit, "more terms than can be meant");
    const auto equals = modifier_at(term);
    if (equals == std::string_view::npos) {
      auto mechanism = read_mechanism(term);
      if (!mechanism) return in(mechanism.error(), term);
      out.mechanisms.push_back(std::move(*mechanism));
      continue;
    }
    const auto name = term.substr(0, equals);
    const auto value = term.substr(equals + 1);
    const bool redirect = ascii_iequals(name, "redirect");
    const bool exp = ascii_iequals(name, "exp");
    if ((redirect && out.redirect) || (exp && has_exp)) {
      return in({ErrorCode::Syntax, "it may stand once only", {}}, term);
    }
    const auto checked = redirect || exp ? check_domain_spec(value) : check_macros(value);
    if (!checked) return in(checked.error(), term);
    if (redirect) out.redirect = std::string(value);
    has_exp = has_exp || exp;
  }
  return out;
}

Result<std::optional<Record>> record_in(const dns::Answer& answer) {
  std::vector<std::string_view> found;
  for (const auto& record : answer.records) {
    if (is_spf(record.data)) found.push_back(record.data);
  }
  if (found.empty()) return std::optional<Record>();
  if (found.size() > 1) {
    return wrong(std::to_string(found.size()) + " SPF records, where one may be");
  }
  auto record = parse_record(found[0]);
  if (!record) return tl::unexpected<Error>(record.error());
  return std::optional<Record>(std::move(*record));
}

}  // namespace hagaki::spf
