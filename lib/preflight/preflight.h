#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "preflight/finding.h"

namespace hagaki::preflight {

/// What the checks look at: a template as its author wrote it, merge fields ({{…}}) included.
struct PreflightInput {
  bool transactional = false;
  std::optional<std::string> from;  ///< addr-spec of From; nothing = the template has no From
  std::string subject;
  std::optional<std::string> list_unsubscribe;
  std::optional<std::string> list_unsubscribe_post;
  std::optional<std::string> plain;  ///< the text/plain part; nothing = there is none
  std::optional<std::string> html;   ///< the text/html part
};

/// Everything that is wrong or doubtful.
std::vector<Finding> check_template(const PreflightInput& input);

/// True when HTML shows a person something: text outside of tags, comments, head, style and script,
/// or a picture.
bool shows_something(std::string_view html);

}  // namespace hagaki::preflight
