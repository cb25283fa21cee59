#pragma once

#include <string>

#include "preflight/ids.h"

namespace hagaki::preflight {

/// Something that a check found wrong or doubtful; what it means stands in the catalogue.
struct Finding {
  Id id;
  std::string detail;    ///< what exactly: a file name, a host, a number; may be empty
  bool unknown = false;  ///< it could not be checked; `detail` says why
  /// The sending address that it speaks of, where that is one of several; else empty.
  std::string address{};
};

}  // namespace hagaki::preflight
