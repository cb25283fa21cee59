#include "base/utf8.h"

#include <uninorm.h>
#include <unistr.h>

#include <cstdint>
#include <cstdlib>
#include <memory>

namespace hagaki {
namespace {

const std::uint8_t* bytes(std::string_view s) {
  return reinterpret_cast<const std::uint8_t*>(s.data());
}

}  // namespace

char32_t next_character(std::string_view s, std::size_t& pos) {
  ucs4_t c = 0xFFFD;
  const int n = u8_mbtoucr(&c, bytes(s) + pos, s.size() - pos);
  pos += n > 0 ? static_cast<std::size_t>(n) : 1;
  return n > 0 ? c : 0xFFFD;
}

void append_utf8(std::string& out, char32_t c) {
  std::uint8_t buffer[6];
  const int size = u8_uctomb(buffer, c, sizeof buffer);
  if (size > 0) out.append(reinterpret_cast<const char*>(buffer), static_cast<std::size_t>(size));
}

std::string compatibility_form(std::string_view s) {
  std::size_t size = 0;
  const std::unique_ptr<std::uint8_t, decltype(&std::free)> form(
      u8_normalize(UNINORM_NFKC, bytes(s), s.size(), nullptr, &size), &std::free);
  if (form == nullptr) return std::string(s);
  return {reinterpret_cast<const char*>(form.get()), size};
}

}  // namespace hagaki
