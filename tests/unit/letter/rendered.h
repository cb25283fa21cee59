#pragma once

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

#include "fake_fields.h"
#include "letter/body_plan.h"
#include "mime/reader.h"

namespace hagaki::letter {

/// The part as one recipient gets it.
inline std::string rendered(const BodyPlan& plan, const Fields& fields = NoFields{},
                            const std::vector<std::string>& more = {}) {
  std::string out;
  const auto done = render_body(plan, fields, Missing::Error, more, out);
  REQUIRE_MESSAGE(done, (done ? "" : done.error().text()));
  return out;
}

inline std::string structure(const mime::Message& message, const mime::Part& part) {
  std::string out = part.type.type;
  for (const std::size_t child : part.children) {
    out += child == part.children.front() ? "(" : " ";
    out += structure(message, message.parts()[child]);
  }
  return part.children.empty() ? out : out + ")";
}

/// The types of a message's parts: "multipart/mixed(text/plain image/png)".
inline std::string structure(std::string_view bytes) {
  const mime::Message message = mime::Message::parse(bytes);
  return structure(message, message.root());
}

}  // namespace hagaki::letter
