#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace hagaki::harvest {

/// Something like an address whose signs are written as words.
struct SpeltOut {
  std::string text;     ///< with "@" and dots; not validated
  std::size_t end = 0;  ///< behind it
};

/// The address whose "[at]", "(at)", "（アット）" or the like stands at `at`: what is left of it,
/// not before `least`, is the local part, and its dots may be written "[dot]", "(dot)" or " dot ".
std::optional<SpeltOut> spelt_out_at(std::string_view text, std::size_t at, std::size_t least);

/// The sign that `text` says is to be replaced by "@": "★" in 「★を@に変えてください」. Empty where
/// it says none.
std::string_view replaced_sign(std::string_view text);

}  // namespace hagaki::harvest
