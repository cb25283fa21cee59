#include "dkim/key_answer.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>

#include "dns/lookup.h"

namespace hagaki::dkim {
namespace {

constexpr std::size_t kEd25519Octets = 32;
constexpr int kEd25519Bits = 256;

struct FreeKey {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using PublicKey = std::unique_ptr<EVP_PKEY, FreeKey>;

/// A SubjectPublicKeyInfo, or the bare RSAPublicKey that some publish (RFC 6376, erratum 3017).
PublicKey read_rsa(const std::string& der) {
  const auto* at = reinterpret_cast<const unsigned char*>(der.data());
  const auto size = static_cast<long>(der.size());
  PublicKey key(d2i_PUBKEY(nullptr, &at, size));
  if (!key) {
    at = reinterpret_cast<const unsigned char*>(der.data());
    key.reset(d2i_PublicKey(EVP_PKEY_RSA, nullptr, &at, size));
  }
  ERR_clear_error();
  if (key && EVP_PKEY_base_id(key.get()) != EVP_PKEY_RSA) key.reset();
  return key;
}

}  // namespace

std::string key_name(std::string_view selector, std::string_view domain) {
  return std::string(selector) + "._domainkey." + std::string(domain);
}

KeyAnswer read_answer(const dns::Answer& answer) {
  using Standing = KeyAnswer::Standing;
  KeyAnswer out;
  if (dns::is_temporary(answer.status)) {
    out.detail = dns::explain(answer.status, answer.detail);
  } else if (answer.records.empty()) {
    out.standing = Standing::Missing;
  } else if (answer.records.size() > 1) {
    out.standing = Standing::Several;
  } else if (auto record = parse_record(answer.records[0].data)) {
    out.standing = record->key.empty() ? Standing::Revoked : Standing::Found;
    out.record = std::move(*record);
  } else {
    out.standing = Standing::Bad;
    out.detail = record.error().text();
  }
  return out;
}

Result<int> key_bits(const Record& record) {
  if (record.key_type == "ed25519") {
    if (record.key.size() == kEd25519Octets) return kEd25519Bits;
    return fail(ErrorCode::Syntax, "p is no Ed25519 key");
  }
  if (record.key_type != "rsa") {
    return fail(ErrorCode::Unsupported, "k is neither rsa nor ed25519");
  }
  const auto key = read_rsa(record.key);
  if (!key) return fail(ErrorCode::Syntax, "p is no RSA key");
  return EVP_PKEY_bits(key.get());
}

}  // namespace hagaki::dkim
