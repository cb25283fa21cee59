// What holds for every page and every running text: see require() for each promise.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/text.h"
#include "check.h"
#include "harvest/find_addresses.h"
#include "harvest/no_ads.h"
#include "harvest/page.h"

using namespace hagaki;

namespace {

void check_address(const std::string& email) {
  require(email.find_first_of("\r\n\0", 0, 3) == std::string::npos, "an address is one line");
  const auto at = email.rfind('@');
  require(at != std::string::npos && at > 0 && at + 1 < email.size(), "an address has two sides");
  require(email.find('.', at) != std::string::npos, "its domain has a dot");
  require(email.size() <= 1000, "an address has a length that mail allows");
}

void check_text(std::string_view text) {
  for (const auto& email : harvest::find_addresses(text)) check_address(email);
  for (const auto& email : harvest::find_resigned_addresses(text)) check_address(email);
}

void check_page(std::string_view bytes) {
  static const auto notices = harvest::NoAdsNotices::builtin();
  require(notices.has_value(), "our own notices can be read");
  for (const char* charset : {"", "iso-2022-jp"}) {
    const auto html = harvest::decode_page(bytes, charset);
    require(is_utf8(html), "a page becomes UTF-8");
    const auto page = harvest::read_page(html, *notices);
    if (!page) continue;
    require(is_utf8(page->title), "its title is UTF-8");
    require(page->title.find('\n') == std::string::npos, "a title is one line");
    for (const auto& address : page->addresses) check_address(address.email);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view source(reinterpret_cast<const char*>(data), size);
  check_text(source);
  check_page(source);
  return 0;
}
