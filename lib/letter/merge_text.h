#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "letter/fields.h"

namespace hagaki::letter {

/// What a field that the recipient lacks does to the message.
enum class Missing {
  Error,  ///< the recipient is not mailed, and that is an error
  Empty,  ///< nothing stands in its place
  Skip,   ///< the recipient is not mailed, and that is as wanted
};

/// A text with Mustache tags: {{name}}, {{{name}}} and {{&name}}, {{#name}}…{{/name}},
/// {{^name}}…{{/name}}, {{! comment}}. {{name|url}} is percent-encoded for use inside a URL
/// (RFC 3986 §2.1). Partials and changed delimiters are refused. Parsed once, rendered per
/// recipient; not thread-safe (kainjow's tree is walked in place).
class MergeText {
 public:
  enum class Escape {
    None,
    Html,  ///< {{name}} has & < > " ' as entities; {{{name}}} is raw
  };

  /// `file` and `first_line` say where `source` stands, for messages. Error::Syntax says what is
  /// wrong, its context "file:line".
  static Result<MergeText> parse(std::string_view source, Escape escape, std::string_view file,
                                 std::size_t first_line = 1);

  MergeText(MergeText&&) noexcept;
  MergeText& operator=(MergeText&&) noexcept;
  ~MergeText();

  /// Appends the text for one recipient. Error::NotFound names the first field that is missing
  /// where `missing` is not Empty, Error::Syntax one whose value has a character of `forbidden` in
  /// it as it is to be inserted; `out` then holds a part of the text.
  Result<void> render(const Fields& fields, Missing missing, std::string& out,
                      std::string_view forbidden = {}) const;

  /// True when the text is the same for everybody.
  [[nodiscard]] bool is_static() const;
  /// Names used, in order of first use, sections included.
  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }
  [[nodiscard]] const std::string& source() const { return source_; }

  /// A piece of the text that is the same for everybody, and the field behind it.
  struct Segment {
    std::string literal;
    std::string field;  ///< empty at the end
    bool escape = false;
    bool url = false;
  };
  /// The text in its order; null where it has sections.
  [[nodiscard]] const std::vector<Segment>* segments() const {
    return sections_ ? nullptr : &segments_;
  }
  /// Appends the value of the segment's field as render() does, nothing where it has no field.
  static Result<void> append_value(const Segment& segment, const Fields& fields, Missing missing,
                                   std::string& out, std::string_view forbidden = {});

 private:
  struct Sections;  // kainjow's parsed tree
  MergeText();
  std::string source_;
  std::vector<Segment> segments_;
  std::vector<std::string> names_;
  std::unique_ptr<Sections> sections_;
};

/// Appends `value` with & < > " ' as entities.
void append_html_escaped(std::string& out, std::string_view value);

}  // namespace hagaki::letter
