#include "rules/admission_texts.h"

#include <cassert>

#include <toml++/toml.h>

#include "base/embedded.h"

HAGAKI_EMBEDDED(admission_toml)

namespace hagaki::rules {

std::vector<AdmissionText> admission_texts(std::string_view language) {
  const std::string suffix = language == "ja" ? "_ja" : "_en";
  const toml::table root = toml::parse(embedded::admission_toml);
  const toml::array* rows = root["rule"].as_array();
  assert(rows != nullptr);
  std::vector<AdmissionText> out;
  for (const toml::node& node : *rows) {
    const toml::table& row = *node.as_table();
    const auto text = [&row](const std::string& key) {
      return std::string(row[key].value_or(std::string_view()));
    };
    out.push_back({text("name"), text("remedy" + suffix)});
  }
  return out;
}

}  // namespace hagaki::rules
