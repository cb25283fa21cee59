#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace hagaki::web {

/// Where a page leads to.
struct PageLinks {
  std::string base;  ///< of relative links, as the page has it; empty = the page's URL
  std::vector<std::string> links;  ///< as written, blanks around them taken off, each once
};

/// The links of a page (a and area), in its order; none where it tells robots not to follow them
/// (meta robots with nofollow), and none that says so itself (rel=nofollow). Links to a place
/// within the page alone ("#top") are left out. Errors as html::walk().
Result<PageLinks> page_links(std::string_view html);

}  // namespace hagaki::web
