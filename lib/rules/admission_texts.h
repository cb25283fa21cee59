#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hagaki::rules {

/// A rule of admission in words, from data/admission.toml.
struct AdmissionText {
  std::string name;    ///< Refusal::name
  std::string remedy;  ///< what to do, one clause or two
};

/// All of them, in the order in which a recipient is judged; "ja" is Japanese, any other language
/// English.
std::vector<AdmissionText> admission_texts(std::string_view language);

}  // namespace hagaki::rules
