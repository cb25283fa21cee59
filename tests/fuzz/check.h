#pragma once

#include <cstdio>
#include <cstdlib>

/// Ends the process with a finding, as a fuzzer counts it, where `holds` is false.
inline void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "broken promise: %s\n", what);
  std::abort();
}
