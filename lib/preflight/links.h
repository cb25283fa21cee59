#pragma once

#include <string_view>

#include "preflight/html_facts.h"
#include "preflight/subject.h"

namespace hagaki::preflight {

/// Where the links of a message lead: `plain` is its text part, `facts` what its HTML has.
void check_links(const Subject& subject, std::string_view plain, const HtmlFacts& facts);

}  // namespace hagaki::preflight
