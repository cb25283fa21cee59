#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <string>

namespace hagaki::net {

/// What a TLS handshake that does not insist on verification was worth.
struct TlsTrust {
  bool used = false;      ///< a certificate was seen
  bool verified = false;  ///< and its chain and name were good
  int error = 0;          ///< X509_V_… of what was wrong first
};

/// Checks certificates in handshakes that go on whatever the result. Keeps the trust store, which
/// is slow to load, for all of them.
class OpportunisticTls {
 public:
  /// `ca_file` as in SmtpTarget. Where it cannot be read nothing is ever verified.
  explicit OpportunisticTls(const std::string& ca_file);

  /// Prepares a context for one handshake with `host`. `trust` must outlive it.
  void attach(SSL_CTX* context, const std::string& host, TlsTrust& trust) const;

 private:
  struct Free {
    void operator()(X509_STORE* store) const { X509_STORE_free(store); }
  };
  std::unique_ptr<X509_STORE, Free> store_;
};

}  // namespace hagaki::net
