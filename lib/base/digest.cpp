#include "base/digest.h"

#include <nettle/hmac.h>
#include <nettle/md5.h>
#include <nettle/memops.h>
#include <nettle/sha1.h>
#include <nettle/sha2.h>
#include <sys/random.h>

#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <cstring>

// Nettle and not OpenSSL, whose library alone takes longer to load than a mail to read: it asks for
// twenty thousand relocations, and before its first digest reads its configuration.

namespace hagaki {
namespace {

constexpr std::string_view kBase64Url =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

const std::uint8_t* bytes(std::string_view s) {
  return reinterpret_cast<const std::uint8_t*>(s.data());
}

/// One of Nettle's digests of `data`.
template <std::size_t kSize, class Context>
std::string digest(void (*init)(Context*),
                   void (*update)(Context*, std::size_t, const std::uint8_t*),
                   void (*finish)(Context*, std::size_t, std::uint8_t*), std::string_view data) {
  Context context;
  init(&context);
  update(&context, data.size(), bytes(data));
  std::string out(kSize, '\0');
  finish(&context, kSize, reinterpret_cast<std::uint8_t*>(out.data()));
  return out;
}

}  // namespace

std::string sha256(std::string_view data) {
  return digest<SHA256_DIGEST_SIZE>(sha256_init, sha256_update, sha256_digest, data);
}

std::string sha256_hex(std::string_view data) {
  return to_hex(sha256(data));
}

std::string sha1_hex(std::string_view data) {
  return to_hex(digest<SHA1_DIGEST_SIZE>(sha1_init, sha1_update, sha1_digest, data));
}

std::string md5_hex(std::string_view data) {
  return to_hex(digest<MD5_DIGEST_SIZE>(md5_init, md5_update, md5_digest, data));
}

std::string hmac_sha256(std::string_view key, std::string_view data) {
  return HmacSha256(key).of(data);
}

struct HmacSha256::Prepared {
  hmac_sha256_ctx context;
};

HmacSha256::HmacSha256(std::string_view key) : prepared_(new Prepared) {
  hmac_sha256_set_key(&prepared_->context, key.size(), bytes(key));
}

std::string HmacSha256::of(std::string_view data) const {
  hmac_sha256_ctx context = prepared_->context;
  std::string out(SHA256_DIGEST_SIZE, '\0');
  hmac_sha256_update(&context, data.size(), bytes(data));
  hmac_sha256_digest(&context, out.size(), reinterpret_cast<std::uint8_t*>(out.data()));
  return out;
}

void HmacSha256::Free::operator()(Prepared* prepared) const {
  explicit_bzero(prepared, sizeof *prepared);
  delete prepared;
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
  out.reserve((data.size() * 8 + 4) / 5);
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

std::string to_base64url(std::string_view data) {
  std::string out;
  out.reserve((data.size() * 4 + 2) / 3);
  unsigned int buffer = 0;
  unsigned int bits = 0;
  for (const char c : data) {
    buffer = (buffer << 8) | static_cast<unsigned char>(c);
    for (bits += 8; bits >= 6; bits -= 6) out.push_back(kBase64Url[(buffer >> (bits - 6)) & 63]);
    buffer &= (1u << bits) - 1;
  }
  if (bits > 0) out.push_back(kBase64Url[(buffer << (6 - bits)) & 63]);
  return out;
}

std::optional<std::string> from_base64url(std::string_view text) {
  std::string out;
  out.reserve(text.size() * 3 / 4);
  unsigned int buffer = 0;
  unsigned int bits = 0;
  for (const char c : text) {
    const auto value = kBase64Url.find(c);
    if (value == std::string_view::npos) return std::nullopt;
    buffer = (buffer << 6) | static_cast<unsigned int>(value);
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    out.push_back(static_cast<char>((buffer >> bits) & 0xFF));
    buffer &= (1u << bits) - 1;
  }
  // Six bits too many are a character too many.
  if (bits >= 6 || buffer != 0) return std::nullopt;
  return out;
}

bool equal_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && memeql_sec(a.data(), b.data(), a.size()) != 0;
}

std::string random_bytes(std::size_t n) {
  std::string out(n, '\0');
  for (std::size_t have = 0; have < n;) {
    const auto got = getrandom(out.data() + have, n - have, 0);
    if (got < 0 && errno == EINTR) continue;
    // Without randomness nothing that asks for it is safe; there is no way to go on.
    if (got <= 0) std::abort();
    have += static_cast<std::size_t>(got);
  }
  return out;
}

}  // namespace hagaki
