#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dns/resolver.h"

namespace hagaki::tlspolicy {

/// What a server's certificate must match (RFC 6698 §2.1).
struct Tlsa {
  std::uint8_t usage = 0;     ///< 2: an issuer (DANE-TA); 3: the server's own (DANE-EE)
  std::uint8_t selector = 0;  ///< 0: the whole certificate; 1: its key
  std::uint8_t matching = 0;  ///< 0: the octets themselves; 1: SHA-256; 2: SHA-512
  std::string data;           ///< octets

  /// "3 1 1 8755cdaa…", at most 16 octets of the data.
  [[nodiscard]] std::string text() const;

  friend bool operator==(const Tlsa&, const Tlsa&) = default;
};

/// "_25._tcp.mx.example.com" (RFC 6698 §3).
std::string tlsa_name(std::string_view host, std::uint16_t port);

/// Reads the data of one record as DNS has it. Nothing where it is too short.
std::optional<Tlsa> parse_tlsa(std::string_view data);

/// Whether mail can go by it: usage 2 or 3 (RFC 7672 §3.1.3: usages 0 and 1 cannot), a selector and
/// a matching type that we know, and data that can be such a digest.
bool is_usable(const Tlsa& record);

/// What TLSA records, or their absence, ask for (RFC 7672 §2.2).
struct DaneDemand {
  enum class Kind {
    Nothing,       ///< there are none, or nobody vouches for them
    Encrypt,       ///< there are some, none of them usable: TLS, whatever the certificate
    Authenticate,  ///< TLS with a certificate that matches one of `records`
    Unknown,       ///< there is no answer to rely on: the host must not be used now
  };
  Kind kind = Kind::Nothing;
  std::vector<Tlsa> records;  ///< the usable ones; of Authenticate only
  std::string detail;         ///< of Unknown, for people
};

/// Judges the answer for a tlsa_name() of a host whose addresses are authenticated.
DaneDemand judge_tlsa(const dns::Answer& answer);

}  // namespace hagaki::tlspolicy
