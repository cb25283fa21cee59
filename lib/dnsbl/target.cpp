#include "dnsbl/target.h"

#include <algorithm>
#include <cassert>

#include "address/domain.h"
#include "base/text.h"
#include "dns/ip.h"
#include "dns/names.h"
#include "dns/query_form.h"

namespace hagaki::dnsbl {
namespace {

Target target_of(const dns::IpAddress& ip) {
  return {ip.v6 ? Kind::Ip6 : Kind::Ip4, ip.text(), dns::reversed(ip)};
}

/// The bits of `ip` behind its first `length`.
bool has_host_bits(const dns::IpAddress& ip, std::size_t length) {
  for (std::size_t bit = length; bit < ip.size() * 8; ++bit) {
    if ((ip.bytes[bit / 8] & (0x80u >> (bit % 8))) != 0) return true;
  }
  return false;
}

dns::IpAddress without_host_bits(dns::IpAddress ip, std::size_t length) {
  for (std::size_t bit = length; bit < ip.size() * 8; ++bit) {
    ip.bytes[bit / 8] = static_cast<std::uint8_t>(ip.bytes[bit / 8] & ~(0x80u >> (bit % 8)));
  }
  return ip;
}

void step(dns::IpAddress& ip) {
  for (std::size_t i = ip.size(); i-- > 0;) {
    if (++ip.bytes[i] != 0) return;
  }
}

/// `ip` with its last `bits` bits set.
dns::IpAddress with_host_bits(dns::IpAddress ip, std::size_t bits) {
  for (std::size_t bit = ip.size() * 8 - bits; bit < ip.size() * 8; ++bit) {
    ip.bytes[bit / 8] = static_cast<std::uint8_t>(ip.bytes[bit / 8] | (0x80u >> (bit % 8)));
  }
  return ip;
}

}  // namespace

Result<TargetRange> TargetRange::parse_cidr(std::string_view spec, dns::IpAddress ip,
                                            std::string_view length_text,
                                            std::size_t most_host_bits) {
  const std::string context(spec);
  std::size_t bits = ip.size() * 8;
  const auto length = parse_unsigned(length_text, bits);
  if (!length) {
    return fail(ErrorCode::Syntax, "the prefix length must be 0 to " + std::to_string(bits),
                context);
  }
  auto prefix = static_cast<std::size_t>(*length);
  if (dns::is_mapped(ip) && prefix >= 96) {
    ip = dns::unmapped(ip);
    prefix -= 96;
    bits = 32;
  }
  const std::size_t host_bits = bits - prefix;
  if (host_bits > most_host_bits) {
    return fail(ErrorCode::Limit,
                "range of more than " + std::to_string(std::uint64_t{1} << most_host_bits) +
                    " addresses (use /" + std::to_string(bits - most_host_bits) + " or longer)",
                context);
  }
  if (has_host_bits(ip, prefix)) {
    return fail(ErrorCode::Syntax,
                "address is not the start of its range (did you mean " +
                    without_host_bits(ip, prefix).text() + '/' + std::to_string(prefix) + "?)",
                context);
  }
  TargetRange out;
  out.at_ = ip;
  out.left_ = std::uint64_t{1} << host_bits;
  out.bounds_ = Bounds{ip, with_host_bits(ip, host_bits)};
  return out;
}

Result<TargetRange> TargetRange::parse(std::string_view spec, std::size_t most_host_bits) {
  spec = trim(spec);
  const std::string context(spec);
  if (spec.empty()) return fail(ErrorCode::Syntax, "target is empty");

  const auto slash = spec.find('/');
  auto ip = dns::parse_ip(spec.substr(0, slash));
  if (!ip && slash == std::string_view::npos) ip = dns::parse_address_literal(spec);
  if (!ip && spec.front() == '[' && spec.back() == ']') {
    ip = dns::parse_ip(spec.substr(1, spec.size() - 2));
  }
  if (ip && slash != std::string_view::npos) {
    return parse_cidr(spec, *ip, spec.substr(slash + 1), most_host_bits);
  }
  TargetRange out;
  if (ip) {
    out.at_ = dns::unmapped(*ip);
    out.bounds_ = Bounds{out.at_, out.at_};
    return out;
  }

  static constexpr const char* kWanted = "not an IP address, a CIDR range or a domain";
  if (spec.find_first_of("@/[]: \t") != std::string_view::npos) {
    return fail(ErrorCode::Syntax, kWanted, context);
  }
  if (spec.find_first_not_of("0123456789.") == std::string_view::npos) {
    return fail(ErrorCode::Syntax, kWanted, context);
  }
  const auto domain = Domain::parse(spec);
  if (!domain) {
    return fail(domain.error().code, std::string(kWanted) + " (" + domain.error().message + ')',
                context);
  }
  if (domain->ascii().find('.') == std::string::npos) {
    return fail(ErrorCode::Syntax, "a domain needs two labels or more", context);
  }
  out.domain_ = domain->ascii();
  return out;
}

Target TargetRange::next() {
  assert(left_ > 0);
  --left_;
  if (!bounds_) return {Kind::Domain, domain_, domain_};
  auto target = target_of(at_);
  step(at_);
  return target;
}

Result<std::vector<Target>> parse_target(std::string_view spec) {
  static_assert(kRangeAddresses == 1u << 10);
  auto range = TargetRange::parse(spec, 10);
  if (!range) return tl::unexpected(range.error());
  std::vector<Target> out;
  out.reserve(range->size());
  while (range->size() > 0) out.push_back(range->next());
  return out;
}

std::optional<std::string> question_for(Kind kind, std::string_view text) {
  if (kind == Kind::Domain) {
    if (!dns::check_name(text)) return std::nullopt;
    return dns::normal_name(text);
  }
  const auto ip = dns::parse_ip(text);
  if (!ip || ip->v6 != (kind == Kind::Ip6)) return std::nullopt;
  return dns::reversed(*ip);
}

std::optional<std::uint32_t> parse_ip4(std::string_view text) {
  const auto ip = dns::parse_ip(text);
  if (!ip || ip->v6) return std::nullopt;
  std::uint32_t out = 0;
  for (std::size_t i = 0; i < 4; ++i) out = (out << 8) | ip->bytes[i];
  return out;
}

}  // namespace hagaki::dnsbl
