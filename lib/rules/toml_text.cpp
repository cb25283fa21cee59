#include "rules/toml_text.h"

#include <fmt/core.h>

#include "base/limits.h"

namespace hagaki::rules {

Result<toml::table> parse_toml(std::string_view text, const std::string& name) {
  if (text.size() > limits::kDataFile) return fail(ErrorCode::Limit, "file is too long", name);
  try {
    return toml::parse(text);
  } catch (const toml::parse_error& error) {
    return fail(ErrorCode::Config, std::string(error.description()),
                fmt::format("{}:{}", name, error.source().begin.line));
  }
}

}  // namespace hagaki::rules
