#pragma once

#include "mime/reader.h"

namespace hagaki::dsn {

/// The first part whose type `wanted` says yes to and that is the mail's own; nullptr where only an
/// attached mail has one.
template <typename Wanted>
const mime::Part* own_part(const mime::Message& message, const Wanted& wanted) {
  std::size_t below = 0;  // depth under which parts belong to an attached mail; 0 = none
  for (const auto& part : message.parts()) {
    if (below > 0 && part.depth >= below) continue;
    below = 0;
    if (wanted(part.type)) return &part;
    if (part.type.is("message")) below = part.depth + 1;
  }
  return nullptr;
}

}  // namespace hagaki::dsn
