#include "address/domain.h"

#include <arpa/inet.h>
#include <idn2.h>

#include <algorithm>
#include <memory>

#include "base/ascii.h"
#include "base/text.h"

namespace hagaki {
namespace {

struct IdnFree {
  void operator()(char* p) const { idn2_free(p); }
};
using IdnString = std::unique_ptr<char, IdnFree>;

bool is_ldh(char c) {
  return is_alnum(c) || c == '-';
}

Result<void> check_labels(std::string_view name) {
  if (name.empty()) return fail(ErrorCode::Syntax, "domain is empty");
  if (name.size() > 253) return fail(ErrorCode::Limit, "domain is longer than 253 octets");
  std::string_view last;
  for (std::size_t at = 0; at <= name.size(); at += last.size() + 1) {
    const auto label = name.substr(at, name.find('.', at) - at);
    if (label.empty()) return fail(ErrorCode::Syntax, "domain has an empty label");
    if (label.size() > 63) {
      return fail(ErrorCode::Limit, "domain has a label longer than 63 octets");
    }
    if (label.front() == '-' || label.back() == '-') {
      return fail(ErrorCode::Syntax, "domain has a label that begins or ends with '-'");
    }
    if (!std::all_of(label.begin(), label.end(), is_ldh)) {
      return fail(ErrorCode::Syntax, "domain has a character that host names cannot hold");
    }
    last = label;
  }
  // A name whose last label is all digits is an IPv4 address without its brackets.
  if (std::all_of(last.begin(), last.end(), is_digit)) {
    return fail(ErrorCode::Syntax, "domain ends in a number; address literals need brackets");
  }
  return {};
}

/// RFC 5321 §4.1.3: "[192.0.2.1]" or "[IPv6:2001:db8::1]".
Result<std::string> parse_literal(std::string_view name) {
  if (name.back() != ']') return fail(ErrorCode::Syntax, "address literal lacks its ']'");
  const std::string inner(name.substr(1, name.size() - 2));
  unsigned char address[16];
  if (ascii_istarts_with(inner, "IPv6:")) {
    if (inet_pton(AF_INET6, inner.c_str() + 5, address) == 1) {
      return "[IPv6:" + ascii_lower(inner.substr(5)) + "]";
    }
  } else if (inet_pton(AF_INET, inner.c_str(), address) == 1) {
    return "[" + inner + "]";
  }
  return fail(ErrorCode::Syntax, "address literal is no IPv4 or IPv6 address");
}

}  // namespace

Result<Domain> Domain::parse(std::string_view name) {
  Domain out;
  // The libraries behind this take C strings: what follows a NUL would pass unseen.
  if (name.find('\0') != std::string_view::npos) {
    return fail(ErrorCode::Syntax, "domain has a control character");
  }
  if (!name.empty() && name.front() == '[') {
    auto literal = parse_literal(name);
    if (!literal) return tl::unexpected(literal.error());
    out.ascii_ = std::move(*literal);
    return out;
  }
  if (is_ascii(name)) {
    out.ascii_ = ascii_lower(name);
  } else {
    const std::string terminated(name);
    char* encoded = nullptr;
    const int rc = idn2_lookup_u8(reinterpret_cast<const uint8_t*>(terminated.c_str()),
                                  reinterpret_cast<uint8_t**>(&encoded),
                                  IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
    const IdnString owner(encoded);
    if (rc != IDN2_OK) {
      return fail(ErrorCode::Syntax, std::string("domain is no valid IDN: ") + idn2_strerror(rc));
    }
    out.ascii_ = ascii_lower(encoded);
  }
  if (!out.ascii_.empty() && out.ascii_.back() == '.') out.ascii_.pop_back();
  if (auto ok = check_labels(out.ascii_); !ok) return tl::unexpected(ok.error());
  return out;
}

}  // namespace hagaki
