#include "dkim/key.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <array>

#include "base/digest.h"
#include "mime/transfer_encoding.h"

namespace hagaki::dkim {
namespace {

constexpr int kLeastRsaBits = 1024;
constexpr int kMostRsaBits = 4096;

struct Free {
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

const unsigned char* bytes_of(std::string_view s) {
  return reinterpret_cast<const unsigned char*>(s.data());
}

unsigned char* bytes_of(std::string& s) {
  return reinterpret_cast<unsigned char*>(s.data());
}

/// A key that is encrypted is not asked for its password.
int no_password(char* /*buffer*/, int /*size*/, int /*rwflag*/, void* /*data*/) {
  return -1;
}

tl::unexpected<Error> failed() {
  std::array<char, 200> text{};
  ERR_error_string_n(ERR_get_error(), text.data(), text.size());
  ERR_clear_error();
  return fail(ErrorCode::Io, std::string("signing failed: ") + text.data());
}

}  // namespace

Result<Key> Key::parse(std::string_view pem) {
  const std::unique_ptr<BIO, Free> in(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  std::shared_ptr<EVP_PKEY> key(
      in ? PEM_read_bio_PrivateKey(in.get(), nullptr, no_password, nullptr) : nullptr,
      [](EVP_PKEY* k) { EVP_PKEY_free(k); });
  ERR_clear_error();
  if (!key) return fail(ErrorCode::Syntax, "no private key in PEM, or it is encrypted");
  const int kind = EVP_PKEY_base_id(key.get());
  if (kind != EVP_PKEY_RSA && kind != EVP_PKEY_ED25519) {
    return fail(ErrorCode::Unsupported, "a key for DKIM is RSA or Ed25519");
  }
  if (kind == EVP_PKEY_RSA && EVP_PKEY_bits(key.get()) < kLeastRsaBits) {
    return fail(ErrorCode::Unsupported, "an RSA key for DKIM has 1024 bits or more, best 2048");
  }
  if (kind == EVP_PKEY_RSA && EVP_PKEY_bits(key.get()) > kMostRsaBits) {
    return fail(ErrorCode::Unsupported, "an RSA key for DKIM has 4096 bits at most, best 2048");
  }
  std::shared_ptr<EVP_MD_CTX> prepared(EVP_MD_CTX_new(), Free{});
  if (!prepared ||
      EVP_DigestSignInit(prepared.get(), nullptr, kind == EVP_PKEY_RSA ? EVP_sha256() : nullptr,
                         nullptr, key.get()) != 1) {
    return failed();
  }
  return Key(std::move(key), std::move(prepared));
}

bool Key::is_rsa() const {
  return EVP_PKEY_base_id(key_.get()) == EVP_PKEY_RSA;
}

std::string_view Key::algorithm() const {
  return is_rsa() ? "rsa-sha256" : "ed25519-sha256";
}

int Key::bits() const {
  return EVP_PKEY_bits(key_.get());
}

std::string Key::record() const {
  std::string raw;
  if (is_rsa()) {
    unsigned char* der = nullptr;
    const int length = i2d_PUBKEY(key_.get(), &der);
    if (length > 0) raw.assign(reinterpret_cast<char*>(der), static_cast<std::size_t>(length));
    OPENSSL_free(der);
  } else {
    std::size_t length = 0;
    EVP_PKEY_get_raw_public_key(key_.get(), nullptr, &length);
    raw.resize(length);
    EVP_PKEY_get_raw_public_key(key_.get(), bytes_of(raw), &length);
  }
  std::string out = is_rsa() ? "v=DKIM1; k=rsa; p=" : "v=DKIM1; k=ed25519; p=";
  mime::append_base64(out, raw, 0);
  return out;
}

Result<std::string> Key::sign(std::string_view data) const {
  // Ed25519 signs the digest itself (RFC 8463 §3).
  const bool rsa = is_rsa();
  const std::string digest = rsa ? std::string() : sha256(data);
  const std::string_view signed_data = rsa ? data : std::string_view(digest);
  // Making a context anew asks OpenSSL's tables, under locks, for what the copy has.
  const std::unique_ptr<EVP_MD_CTX, Free> context(EVP_MD_CTX_new());
  std::string signature(static_cast<std::size_t>(EVP_PKEY_size(key_.get())), '\0');
  std::size_t length = signature.size();
  if (!context || EVP_MD_CTX_copy_ex(context.get(), prepared_.get()) != 1 ||
      EVP_DigestSign(context.get(), bytes_of(signature), &length, bytes_of(signed_data),
                     signed_data.size()) != 1) {
    return failed();
  }
  signature.resize(length);
  return signature;
}

}  // namespace hagaki::dkim
