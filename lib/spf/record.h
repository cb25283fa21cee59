#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "dns/ip.h"
#include "dns/resolver.h"

namespace hagaki::spf {

/// What a mechanism says of a sender that it matches (RFC 7208 §4.6.2).
enum class Qualifier { Pass, Fail, SoftFail, Neutral };

/// One mechanism of a record (RFC 7208 §5).
struct Mechanism {
  enum class Kind { All, Include, A, Mx, Ptr, Ip4, Ip6, Exists };
  Kind kind = Kind::All;
  Qualifier qualifier = Qualifier::Pass;
  std::string target;      ///< domain-spec with its macros; empty: the domain of the record
  dns::IpAddress network;  ///< of Ip4 and Ip6
  unsigned prefix4 = 32;   ///< length of the prefix that counts, 0 to 32
  unsigned prefix6 = 128;  ///< 0 to 128
  std::string text;        ///< as it stands in the record
};

/// A record whose terms are all well-formed.
struct Record {
  std::vector<Mechanism> mechanisms;    ///< in the record's order
  std::optional<std::string> redirect;  ///< domain-spec
};

/// Terms of one record; what has more is no record of people's making.
inline constexpr std::size_t kMaxTerms = 512;

/// Whether a TXT record is meant as SPF: "v=spf1" and a blank or nothing behind it (RFC 7208 §4.5).
bool is_spf(std::string_view txt);

/// Reads a record that is_spf(). Modifiers that are not known are passed over, exp too, since it
/// changes no result; their form is checked (RFC 7208 §4.6, §6). Error::Syntax names the term that
/// breaks the grammar of RFC 7208 §12; Error::Limit for more than kMaxTerms.
Result<Record> parse_record(std::string_view txt);

/// The record among the answers to a question for TXT; nothing where there is none. Error::Syntax
/// where there are several (RFC 7208 §4.5), else as parse_record().
Result<std::optional<Record>> record_in(const dns::Answer& answer);

}  // namespace hagaki::spf
