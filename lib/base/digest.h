#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace hagaki {

/// SHA-256 of `data`, raw 32 bytes.
std::string sha256(std::string_view data);

/// The same in lower-case hex.
std::string sha256_hex(std::string_view data);

/// SHA-1 of `data`, lower-case hex. Only to meet what others name so; it protects nothing.
std::string sha1_hex(std::string_view data);

/// MD5 of `data`, lower-case hex. Only to meet lists that others hashed so; it protects nothing.
std::string md5_hex(std::string_view data);

/// HMAC-SHA-256 (RFC 2104) of `data` under `key`, raw 32 bytes.
std::string hmac_sha256(std::string_view key, std::string_view data);

/// The same for many texts under one key, which is prepared only once. Any number of threads may
/// use one.
class HmacSha256 {
 public:
  explicit HmacSha256(std::string_view key);
  /// Raw 32 bytes.
  [[nodiscard]] std::string of(std::string_view data) const;

 private:
  struct Prepared;
  struct Free {
    void operator()(Prepared* prepared) const;
  };
  std::unique_ptr<Prepared, Free> prepared_;
};

/// Lower-case hex of `data`.
std::string to_hex(std::string_view data);

/// RFC 4648 base32 in lower case without padding: safe in a local part, case-insensitive.
std::string to_base32(std::string_view data);

/// RFC 4648 §5 base64 for URLs and file names, without padding.
std::string to_base64url(std::string_view data);

/// The way back; nothing for what to_base64url() does not write: other characters, padding, a last
/// character with bits that stand for nothing.
std::optional<std::string> from_base64url(std::string_view text);

/// Equality in time that depends on the lengths only.
bool equal_constant_time(std::string_view a, std::string_view b);

/// `n` bytes from the system's random source.
std::string random_bytes(std::size_t n);

}  // namespace hagaki
