#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "letter/fields.h"
#include "letter/merge_text.h"

namespace hagaki::letter {

/// A part of the message to be, down to the text in it. A leaf has `text` or is `fixed`; anything
/// else is a multipart with `children`.
struct BodyPlan {
  enum class Form { Plain, Html, Multipart, Other };
  Form form = Form::Plain;
  std::string headers;            ///< Content-Type and its kin with CRLF; without the encoding
  std::optional<MergeText> text;  ///< of Plain and Html
  std::string fixed;  ///< headers, encoding, blank line and body, the same for everybody
  std::string boundary;
  std::vector<BodyPlan> children;
};

/// A leaf of text/plain or text/html in UTF-8; `first_line` is where `source` begins in `file`.
Result<BodyPlan> text_body(std::string_view source, bool html, std::string_view file,
                           std::size_t first_line);

/// Text and its HTML form as multipart/alternative (RFC 2046 §5.1.4). The boundary follows from
/// the sources, so that the same template always gives the same bytes.
BodyPlan alternative_body(BodyPlan text, BodyPlan html);

/// Appends the part for one recipient: its headers, a blank line, its body.
Result<void> render_body(const BodyPlan& plan, const Fields& fields, Missing missing,
                         std::string& out);

/// Calls `visit` for every leaf that has text.
template <class Visit>
void for_each_text(const BodyPlan& plan, const Visit& visit) {
  if (plan.text) visit(plan);
  for (const BodyPlan& child : plan.children) for_each_text(child, visit);
}

}  // namespace hagaki::letter
