#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hagaki::mime {

/// A value with parameters, as Content-Type has it.
struct ContentType {
  std::string type = "text/plain";  ///< "type/subtype", lower case
  /// Names in lower case; values as UTF-8, RFC 2231 continuations joined and charsets decoded.
  std::vector<std::pair<std::string, std::string>> parameters;

  /// The parameter called `name` (lower case), or an empty view.
  [[nodiscard]] std::string_view parameter(std::string_view name) const;
  /// True for "text" in "text/plain".
  [[nodiscard]] bool is(std::string_view major) const;
};

/// Reads a Content-Type (RFC 2045 §5.1, RFC 2231). Tolerant: comments dropped, unquoted values that
/// need quotes taken as they are, unreadable parameters skipped. `text/plain` where the type itself
/// is missing or malformed, as RFC 2045 §5.2 says.
ContentType parse_content_type(std::string_view value);

}  // namespace hagaki::mime
