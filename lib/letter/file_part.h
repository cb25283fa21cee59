#pragma once

#include <string>

#include "base/result.h"

namespace hagaki::letter {

/// A file that goes with a message.
struct File {
  std::string name;  ///< as the receiver sees it: UTF-8, no folders
  std::string bytes;
};

/// `file` as a part that is offered for saving: header fields, blank line and body. Error::Syntax
/// for a name that is empty, no UTF-8, or holds a slash or a control character.
Result<std::string> attachment_part(const File& file);

/// `file` as a part that HTML shows under `content_id` (without angle brackets; RFC 2392). Errors
/// as attachment_part().
Result<std::string> inline_part(const File& file, const std::string& content_id);

}  // namespace hagaki::letter
