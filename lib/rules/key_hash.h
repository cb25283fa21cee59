#pragma once

#include <cstdint>
#include <string_view>

namespace hagaki::rules {

/// SipHash-2-4 (Aumasson and Bernstein, 2012) to 64 bits. Sets of addresses are kept as hashes so
/// that ten million of them fit in little memory; with a secret seed nobody who chooses his own
/// address can make it collide with another's. Among n addresses two meet by chance with
/// probability n²/2^65: 3 in a million for ten million.
class KeyHasher {
 public:
  /// `seed`: 16 bytes, random for a run and the same for everything that is compared in it. Fewer
  /// are filled up with zeros.
  explicit KeyHasher(std::string_view seed);

  /// Never 0, which stands for "nothing" wherever hashes are kept. The same text of another `kind`
  /// is another key.
  [[nodiscard]] std::uint64_t operator()(std::string_view key, char kind = '\0') const;

 private:
  std::uint64_t k0_ = 0;
  std::uint64_t k1_ = 0;
};

}  // namespace hagaki::rules
