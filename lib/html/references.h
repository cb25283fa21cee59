#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace hagaki::html {

/// A place in HTML that names a picture by a relative path.
struct Reference {
  std::string path;       ///< percent-encoding undone: "images/logo.png"
  std::size_t begin = 0;  ///< where it stands in the source, quotes not included
  std::size_t end = 0;
};

/// The pictures that `source` names by relative paths, in its order: src of img and input,
/// background of table, cells and body, url(…) in style attributes. Not those with a scheme
/// (https:, cid:, data:) or a merge tag in them. Errors as walk().
Result<std::vector<Reference>> local_references(std::string_view source);

}  // namespace hagaki::html
