#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"

struct evp_md_ctx_st;
struct evp_pkey_st;

namespace hagaki::dkim {

/// A private key that signs messages: RSA (RFC 6376, with SHA-256) or Ed25519 (RFC 8463). Any
/// number of threads may use one.
class Key {
 public:
  /// Reads a key in PEM, not encrypted, as `openssl genpkey` writes it. Error::Syntax where it is
  /// none; Error::Unsupported for another kind, and for RSA keys of less than 1024 bits, which
  /// receivers do not accept, or more than 4096, which they need not know (RFC 8301 §3.2).
  static Result<Key> parse(std::string_view pem);

  /// "rsa-sha256" or "ed25519-sha256", as the signature's a= names it.
  [[nodiscard]] std::string_view algorithm() const;
  /// Length of an RSA key's modulus; 256 for Ed25519.
  [[nodiscard]] int bits() const;
  /// What the receivers read in DNS: "v=DKIM1; k=rsa; p=…" (RFC 6376 §3.6.1).
  [[nodiscard]] std::string record() const;
  /// The signature of `data`, raw. Error::Io where the library fails.
  [[nodiscard]] Result<std::string> sign(std::string_view data) const;

 private:
  Key(std::shared_ptr<evp_pkey_st> key, std::shared_ptr<const evp_md_ctx_st> prepared)
      : key_(std::move(key)), prepared_(std::move(prepared)) {}
  [[nodiscard]] bool is_rsa() const;

  std::shared_ptr<evp_pkey_st> key_;
  std::shared_ptr<const evp_md_ctx_st> prepared_;  ///< for signing; copied, never used
};

}  // namespace hagaki::dkim
