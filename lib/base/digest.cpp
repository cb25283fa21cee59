#include "base/digest.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

#include <cstdlib>

namespace hagaki {
namespace {

const unsigned char* bytes(std::string_view s) {
  return reinterpret_cast<const unsigned char*>(s.data());
}

/// A digest that OpenSSL has looked up: to do so for every text costs more than the text.
class Digest {
 public:
  explicit Digest(const char* name) : method_(EVP_MD_fetch(nullptr, name, nullptr)) {
    if (!method_) std::abort();  // these are in every OpenSSL that is configured at all
  }
  [[nodiscard]] std::string hex(std::string_view data) const {
    unsigned char out[EVP_MAX_MD_SIZE];
    unsigned int size = 0;
    EVP_Digest(data.data(), data.size(), out, &size, method_, nullptr);
    return to_hex({reinterpret_cast<const char*>(out), size});
  }

 private:
  EVP_MD* method_;  // for the program's life
};

}  // namespace

std::string sha256_hex(std::string_view data) {
  static const Digest sha256("SHA256");
  return sha256.hex(data);
}

std::string sha1_hex(std::string_view data) {
  static const Digest sha1("SHA1");
  return sha1.hex(data);
}

std::string md5_hex(std::string_view data) {
  static const Digest md5("MD5");
  return md5.hex(data);
}

std::string hmac_sha256(std::string_view key, std::string_view data) {
  return HmacSha256(key).of(data);
}

HmacSha256::HmacSha256(std::string_view key) {
  EVP_MAC* mac = EVP_MAC_fetch(nullptr, OSSL_MAC_NAME_HMAC, nullptr);
  EVP_MAC_CTX* context = mac ? EVP_MAC_CTX_new(mac) : nullptr;
  EVP_MAC_free(mac);
  char digest[] = "SHA256";
  const OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
      OSSL_PARAM_construct_end()};
  // An empty key would mean "the key from before" to OpenSSL; a zero octet is the same key (RFC
  // 2104 §2 pads keys with zeros).
  const std::string_view used = key.empty() ? std::string_view("\0", 1) : key;
  if (!context || EVP_MAC_init(context, bytes(used), used.size(), parameters) != 1) std::abort();
  context_.reset(context);
}

std::string HmacSha256::of(std::string_view data) const {
  auto* context = static_cast<EVP_MAC_CTX*>(context_.get());
  std::string out(SHA256_DIGEST_LENGTH, '\0');
  std::size_t size = 0;
  if (EVP_MAC_init(context, nullptr, 0, nullptr) != 1 ||
      EVP_MAC_update(context, bytes(data), data.size()) != 1 ||
      EVP_MAC_final(context, reinterpret_cast<unsigned char*>(out.data()), &size, out.size()) !=
          1) {
    std::abort();  // out of memory: nothing else can fail here
  }
  return out;
}

void HmacSha256::Free::operator()(void* context) const {
  EVP_MAC_CTX_free(static_cast<EVP_MAC_CTX*>(context));
}

std::string to_hex(std::string_view data) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  out.reserve(data.size() * 2);
  for (const char c : data) {
    const auto b = static_cast<unsigned char>(c);
    out.push_back(kDigits[b >> 4]);
    out.push_back(kDigits[b & 15]);
  }
  return out;
}

std::string to_base32(std::string_view data) {
  constexpr std::string_view kDigits = "abcdefghijklmnopqrstuvwxyz234567";
  std::string out;
  unsigned int buffer = 0;
  unsigned int bits = 0;
  for (const char c : data) {
    buffer = (buffer << 8) | static_cast<unsigned char>(c);
    for (bits += 8; bits >= 5; bits -= 5) out.push_back(kDigits[(buffer >> (bits - 5)) & 31]);
    buffer &= (1u << bits) - 1;
  }
  if (bits > 0) out.push_back(kDigits[(buffer << (5 - bits)) & 31]);
  return out;
}

bool equal_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string random_bytes(std::size_t n) {
  std::string out(n, '\0');
  // Without randomness nothing that asks for it is safe; there is no way to go on.
  if (RAND_bytes(reinterpret_cast<unsigned char*>(out.data()), static_cast<int>(n)) != 1) {
    std::abort();
  }
  return out;
}

}  // namespace hagaki
