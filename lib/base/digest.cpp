#include "base/digest.h"

#include <nettle/sha1.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

#include <cstdlib>

namespace hagaki {
namespace {

/// A digest that OpenSSL has looked up: to do so for every text costs more than the text.
class Digest {
 public:
  explicit Digest(const char* name) : method_(EVP_MD_fetch(nullptr, name, nullptr)) {
    if (!method_) std::abort();  // these are in every OpenSSL that is configured at all
  }
  [[nodiscard]] std::string of(std::string_view data) const {
    unsigned char out[EVP_MAX_MD_SIZE];
    unsigned int size = 0;
    EVP_Digest(data.data(), data.size(), out, &size, method_, nullptr);
    return {reinterpret_cast<const char*>(out), size};
  }
  [[nodiscard]] std::string hex(std::string_view data) const { return to_hex(of(data)); }
  /// A digest that has taken in `data`; the caller's.
  [[nodiscard]] EVP_MD_CTX* begun(std::string_view data) const {
    EVP_MD_CTX* context = EVP_MD_CTX_new();
    if (!context || EVP_DigestInit_ex(context, method_, nullptr) != 1 ||
        EVP_DigestUpdate(context, data.data(), data.size()) != 1) {
      std::abort();  // out of memory
    }
    return context;
  }

 private:
  EVP_MD* method_;  // for the program's life
};

const Digest& sha256() {
  static const Digest digest("SHA256");
  return digest;
}

}  // namespace

std::string sha256_hex(std::string_view data) {
  return sha256().hex(data);
}

// By Nettle, which begins at once: before a program's first digest OpenSSL reads its configuration
// and loads its providers, which takes longer than a mail, and bounce records need no other digest.
std::string sha1_hex(std::string_view data) {
  sha1_ctx context;
  nettle_sha1_init(&context);
  nettle_sha1_update(&context, data.size(), reinterpret_cast<const std::uint8_t*>(data.data()));
  std::uint8_t out[SHA1_DIGEST_SIZE];
  nettle_sha1_digest(&context, sizeof out, out);
  return to_hex({reinterpret_cast<const char*>(out), sizeof out});
}

std::string md5_hex(std::string_view data) {
  static const Digest md5("MD5");
  return md5.hex(data);
}

std::string hmac_sha256(std::string_view key, std::string_view data) {
  return HmacSha256(key).of(data);
}

HmacSha256::HmacSha256(std::string_view key) {
  std::string block = key.size() > SHA256_CBLOCK ? sha256().of(key) : std::string(key);
  block.resize(SHA256_CBLOCK, '\0');
  for (char& c : block) c ^= 0x36;
  inner_.reset(sha256().begun(block));
  for (char& c : block) c ^= 0x36 ^ 0x5c;
  outer_.reset(sha256().begun(block));
  OPENSSL_cleanse(block.data(), block.size());
}

std::string HmacSha256::of(std::string_view data) const {
  // What the key has begun is only ever copied. OpenSSL's own HMAC would need a lock, or twice the
  // time.
  const std::unique_ptr<void, Free> scratch(EVP_MD_CTX_new());
  auto* context = static_cast<EVP_MD_CTX*>(scratch.get());
  std::string out(SHA256_DIGEST_LENGTH, '\0');
  const auto run = [&](const void* begun, std::string_view text) {
    return EVP_MD_CTX_copy_ex(context, static_cast<const EVP_MD_CTX*>(begun)) == 1 &&
           EVP_DigestUpdate(context, text.data(), text.size()) == 1 &&
           EVP_DigestFinal_ex(context, reinterpret_cast<unsigned char*>(out.data()), nullptr) == 1;
  };
  if (!context || !run(inner_.get(), data) || !run(outer_.get(), out)) {
    std::abort();  // out of memory: nothing else can fail here
  }
  return out;
}

void HmacSha256::Free::operator()(void* context) const {
  EVP_MD_CTX_free(static_cast<EVP_MD_CTX*>(context));
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
