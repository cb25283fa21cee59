#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace hagaki::letter {

/// A header of the template: unfolded, with the number of its first line.
struct RawHeader {
  std::size_t line;
  std::string name;
  std::string value;
};

/// A template's file, cut. Views into the text.
struct RawTemplate {
  std::vector<RawHeader> headers;
  std::string_view body;
  std::size_t body_line = 1;
};

/// Cuts a template file into headers and body. `file` is for messages. Error::Syntax with
/// "file:line" where it does not begin with headers.
Result<RawTemplate> cut_template(std::string_view text, const std::string& file);

/// Why a template must not set a header (its name in lower case); nothing when it may.
std::optional<std::string_view> header_refusal(std::string_view lower);

/// Headers that a message has once at most (RFC 5322 §3.6, RFC 2369 §3, RFC 8058 §3.1).
bool is_single_header(std::string_view lower);

/// Headers whose value has a grammar in which encoded words have no place, or one of its own.
bool is_structured_header(std::string_view lower);

}  // namespace hagaki::letter
