#include "rules/warm_up_table.h"

#include <utility>

#include <fmt/core.h>

#include "base/text.h"
#include "rules/toml_text.h"

namespace hagaki::rules {

Result<WarmUpTable> parse_warm_up_table(std::string_view text, const std::string& name) {
  const auto root = parse_toml(text, name);
  if (!root) return tl::unexpected(root.error());
  WarmUpTable out;
  FirstError error(name);
  for (const auto& [key, node] : *root) {
    const auto ip = dns::parse_ip(key.str());
    const auto schedule = node.value<std::string>();
    if (!ip) {
      error.wrong(key, fmt::format("\"{}\" is no IP address", printable(key.str())));
    } else if (!schedule || !node.is_string()) {
      error.wrong(key, "a warm-up is a text like \"2026-12-01: 50,100,200,400\"");
    } else if (auto warm_up = parse_warm_up(*schedule); !warm_up) {
      error.wrong(key, warm_up.error().message);
    } else if (!out.emplace(*ip, std::move(*warm_up)).second) {
      error.wrong(key, ip->text() + " stands twice");
    }
  }
  if (const auto first = error.result(); !first) return tl::unexpected(first.error());
  return out;
}

}  // namespace hagaki::rules
