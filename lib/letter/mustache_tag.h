#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace hagaki::letter {

/// One {{…}} of a Mustache text.
struct Tag {
  enum class Kind { Variable, Raw, Section, Inverted, Close, Comment };
  Kind kind = Kind::Variable;
  std::string_view name;  ///< "|url" included
  std::size_t begin = 0;  ///< where it stands in the text; a tag of a section, or a comment, that
  std::size_t end = 0;    ///< is alone on its line takes the whole line with its end
};

/// A template's text and where it stands.
struct TagSource {
  std::string_view text;
  std::string_view file;
  std::size_t first_line;

  /// Error::Syntax with the line of position `at` as context.
  [[nodiscard]] tl::unexpected<Error> wrong(std::size_t at, std::string what) const;
};

/// The next tag at or after `from`; nothing when there is none. Error::Syntax for what is no tag,
/// and for partials and changed delimiters.
Result<std::optional<Tag>> next_tag(const TagSource& source, std::size_t from);

/// '#', '^' or '/'.
char section_sign(Tag::Kind kind);

/// True for a name that ends in "|url".
bool is_url_filtered(std::string_view name);

/// The name without "|url".
std::string_view without_filter(std::string_view name);

}  // namespace hagaki::letter
