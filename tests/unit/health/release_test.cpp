#include <doctest/doctest.h>

#include <algorithm>

#include "rules/receiver_table.h"

namespace release_test {

using namespace hagaki;

TEST_CASE("where to ask for release, with the address filled in") {
  for (const char* language : {"en", "ja"}) {
    const auto pages = rules::release_pages("192.0.2.1", language);
    for (const char* id : {"microsoft-consumer", "microsoft-365", "google", "yahoo", "apple",
                           "yahoo-japan", "docomo", "au", "softbank", "nifty", "ocn"}) {
      CAPTURE(id);
      const auto found = std::find_if(pages.begin(), pages.end(),
                                      [&](const auto& page) { return page.provider == id; });
      REQUIRE(found != pages.end());
      CHECK(!found->name.empty());
      CHECK(found->remedy.find("192.0.2.1") != std::string::npos);
    }
    for (const auto& page : pages) {
      CAPTURE(page.provider);
      CHECK((page.url.starts_with("http") || page.url.starts_with("mailto:")));
      CHECK(page.remedy.find('{') == std::string::npos);
    }
  }
}

}  // namespace release_test
