#pragma once

#include <string_view>

/// Declares a data file that hagaki_embed() compiled in: HAGAKI_EMBEDDED(zones_json).
/// Use at global scope; the bytes live as long as the program.
#define HAGAKI_EMBEDDED(symbol)         \
  namespace hagaki::embedded {          \
  extern const std::string_view symbol; \
  }
