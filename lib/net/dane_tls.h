#pragma once

#include <openssl/ssl.h>

#include <string>
#include <vector>

#include "net/opportunistic_tls.h"
#include "tlspolicy/tlsa.h"

namespace hagaki::net {

/// What one handshake's certificate must match.
struct DaneCheck {
  std::string host;  ///< that an issuer's (DANE-TA) certificate must name
  std::vector<tlspolicy::Tlsa> records;
  TlsTrust& trust;  ///< what it came to
};

/// Prepares a context for one handshake, which fails unless the certificate matches one of the
/// records (RFC 7672 §3). Of records that OpenSSL cannot use the handshake asks for nothing.
/// `check` must outlive it.
void attach_dane(SSL_CTX* context, DaneCheck& check);

}  // namespace hagaki::net
