#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/result.h"
#include "letter/body_plan.h"
#include "letter/file_part.h"

namespace hagaki::letter {

/// Where HTML of a template stands.
struct HtmlSource {
  std::string_view text;
  const std::string& file;
  std::size_t first_line;
};

/// HTML as text/html; with those pictures that it names by a relative path as parts beside it, in
/// multipart/related (RFC 2387, RFC 2392). `pictures` are found by these paths. Error::Config, with
/// the line, for one that is not there.
Result<BodyPlan> html_body(const HtmlSource& source, const std::map<std::string, File>& pictures,
                           Writing writing);

}  // namespace hagaki::letter
