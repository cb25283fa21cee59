#include "rules/warm_up_table.h"

#include <optional>
#include <utility>

#include <fmt/core.h>

#include "base/text.h"
#include "rules/toml_text.h"

namespace hagaki::rules {

Result<WarmUpTable> parse_warm_up_table(std::string_view text, const std::string& name) {
  const auto root = parse_toml(text, name);
  if (!root) return tl::unexpected(root.error());
  WarmUpTable out;
  // toml++ keeps keys sorted; the first error of the file is the one to show.
  std::optional<std::pair<toml::source_index, std::string>> wrong;
  const auto complain = [&wrong](const toml::key& key, std::string message) {
    const auto line = key.source().begin.line;
    if (!wrong || line < wrong->first) wrong.emplace(line, std::move(message));
  };
  for (const auto& [key, node] : *root) {
    const auto ip = dns::parse_ip(key.str());
    const auto schedule = node.value<std::string>();
    if (!ip) {
      complain(key, fmt::format("\"{}\" is no IP address", printable(key.str())));
    } else if (!schedule || !node.is_string()) {
      complain(key, "a warm-up is a text like \"2026-12-01: 50,100,200,400\"");
    } else if (auto warm_up = parse_warm_up(*schedule); !warm_up) {
      complain(key, warm_up.error().message);
    } else if (!out.emplace(*ip, std::move(*warm_up)).second) {
      complain(key, ip->text() + " stands twice");
    }
  }
  if (wrong) {
    return fail(ErrorCode::Config, wrong->second, fmt::format("{}:{}", name, wrong->first));
  }
  return out;
}

}  // namespace hagaki::rules
