#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "letter/fields.h"
#include "letter/merge_text.h"
#include "letter/ready_text.h"
#include "mime/encoded_words.h"

namespace hagaki::letter {

/// How texts are written.
struct Writing {
  /// With Iso2022Jp a text that holds a character which ISO-2022-JP has not is written in UTF-8.
  mime::Charset charset = mime::Charset::Utf8;
  bool flowed = false;  ///< plain text as format=flowed (RFC 3676)
};

/// A part of the message to be, down to the text in it. A leaf has `text` or is `fixed`; anything
/// else is a multipart with `children`.
struct BodyPlan {
  enum class Form {
    Plain,
    Html,
    Derived,  ///< plain text, made for each recipient from `text`, which is HTML
    Multipart,
    File,
  };
  Form form = Form::Plain;
  Writing writing;
  std::optional<MergeText> text;
  std::optional<ReadyText> ready;  ///< of Plain and Html in UTF-8
  std::string fixed;    ///< headers, encoding, blank line and body, the same for everybody
  std::string headers;  ///< of Multipart: Content-Type with CRLF
  std::string boundary;
  /// Of the multipart/mixed around it, where a recipient has parts of its own; none for File.
  std::string outer_boundary;
  std::vector<BodyPlan> children;
};

/// A leaf of text/plain or text/html; `first_line` is where `source` begins in `file`.
Result<BodyPlan> text_body(BodyPlan::Form form, std::string_view source, std::string_view file,
                           std::size_t first_line, Writing writing);

/// A leaf that is written already: see attachment_part() and inline_part().
BodyPlan file_body(std::string part);

/// Several parts as "alternative" (RFC 2046 §5.1.4), "related" (RFC 2387) or "mixed". The boundary
/// follows from what is in them, so that the same template always gives the same bytes.
BodyPlan multipart_body(std::string_view subtype, std::vector<BodyPlan> children);

/// Appends the part for one recipient: its headers, a blank line, its body. With `more`, parts of
/// this recipient alone, the whole is multipart/mixed (where it is not already).
Result<void> render_body(const BodyPlan& plan, const Fields& fields, Missing missing,
                         const std::vector<std::string>& more, std::string& out);

/// Calls `visit` for every leaf that has text.
template <class Visit>
void for_each_text(const BodyPlan& plan, const Visit& visit) {
  if (plan.text) visit(plan);
  for (const BodyPlan& child : plan.children) for_each_text(child, visit);
}

}  // namespace hagaki::letter
