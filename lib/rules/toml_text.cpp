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

Error FirstError::at(const toml::source_region& where, std::string message) const {
  return {ErrorCode::Config, std::move(message), fmt::format("{}:{}", name_, where.begin.line)};
}

void FirstError::wrong(const toml::source_region& where, std::string message) {
  if (error_ && where.begin.line >= line_) return;
  line_ = where.begin.line;
  error_ = at(where, std::move(message));
}

Result<void> FirstError::result() const {
  if (error_) return tl::unexpected(*error_);
  return {};
}

}  // namespace hagaki::rules
