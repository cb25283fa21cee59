#pragma once

#include <sstream>
#include <string>

#include "records/reader.h"

/// Gives one piece of a decision's evidence (a JSON object) to `take` as a records::Line; not where
/// it cannot be read.
template <class Take>
void read_evidence(const std::string& evidence, Take take) {
  std::istringstream in(evidence);
  hagaki::records::Reader reader(in, "", [](const auto&) {}, {.require_email = false});
  if (const auto* line = reader.next()) take(*line);
}
