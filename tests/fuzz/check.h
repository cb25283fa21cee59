#pragma once

#include <cstdio>
#include <cstdlib>
#include <string_view>

/// Ends the process with a finding, as a fuzzer counts it, where `holds` is false.
inline void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "broken promise: %s\n", what);
  std::abort();
}

/// Whether `view` is a part of `whole` and no copy.
inline bool inside(std::string_view view, std::string_view whole) {
  return view.empty() ||
         (view.data() >= whole.data() && view.data() + view.size() <= whole.data() + whole.size());
}
