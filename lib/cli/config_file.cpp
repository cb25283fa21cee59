#include "cli/config_file.h"

#include <sys/stat.h>

#include <cstdlib>

#include <fmt/core.h>

#include <toml++/toml.h>

#include "base/embedded.h"
#include "base/limits.h"
#include "base/text.h"
#include "cli/input.h"

HAGAKI_EMBEDDED(options_txt)

namespace hagaki::cli {
namespace {

bool exists(const std::string& path) {
  struct stat info{};
  return stat(path.c_str(), &info) == 0;
}

std::string default_path() {
  const char* xdg = std::getenv("XDG_CONFIG_HOME");
  const char* home = std::getenv("HOME");
  std::string base = xdg && *xdg ? xdg : (home ? std::string(home) + "/.config" : "");
  if (!base.empty() && exists(base + "/hagaki/config.toml")) return base + "/hagaki/config.toml";
  const std::string system = "/etc/hagaki/config.toml";
  return exists(system) ? system : "";
}

/// A scalar as it would be typed on a command line; nothing for tables and dates.
std::optional<std::string> scalar(const toml::node& node) {
  if (const auto* s = node.as_string()) return s->get();
  if (const auto* i = node.as_integer()) return std::to_string(i->get());
  if (const auto* f = node.as_floating_point()) return fmt::format("{}", f->get());
  if (const auto* b = node.as_boolean()) return b->get() ? "true" : "false";
  return std::nullopt;
}

Result<Setting> setting(const toml::node& node, std::string where, std::string_view key) {
  Setting out;
  const auto add = [&](const toml::node& value) {
    auto text = scalar(value);
    if (text) out.values.push_back(std::move(*text));
    return text.has_value();
  };
  bool good = true;
  if (const auto* array = node.as_array()) {
    for (const auto& item : *array) good = good && add(item);
  } else {
    good = add(node);
  }
  if (!good) {
    return fail(ErrorCode::Config, fmt::format("'{}' holds no text, number or truth value", key),
                std::move(where));
  }
  out.where = std::move(where);
  return out;
}

/// The keys of `table`; `is_tool` says which of its tables may stand there, for they belong to a
/// tool.
template <class IsTool>
Result<Settings> settings(const toml::table& table, const std::string& file, IsTool is_tool) {
  Settings out;
  for (const auto& [key, node] : table) {
    std::string where = fmt::format("{}:{}", file, node.source().begin.line);
    if (node.is_table()) {
      if (is_tool(key.str())) continue;
      return fail(ErrorCode::Config, fmt::format("no tool is called '{}'", key.str()),
                  std::move(where));
    }
    auto read = setting(node, std::move(where), key.str());
    if (!read) return tl::unexpected(read.error());
    out.emplace(key.str(), std::move(*read));
  }
  return out;
}

/// Whether `word` stands in a column of data/options.txt: 0 the tools, 1 their options.
bool lists_column(std::size_t column, std::string_view word) {
  for (const auto line : split(embedded::options_txt, '\n')) {
    const auto words = split(line, ' ');
    if (!line.starts_with('#') && words.size() == 2 && words[column] == word) return true;
  }
  return false;
}

}  // namespace

bool is_option_of_any_tool(std::string_view key) {
  return lists_column(1, key);
}

Result<ConfigFile> load_config(const std::string& path, const std::string& tool) {
  const std::string file = path.empty() ? default_path() : path;
  if (file.empty()) return ConfigFile{};
  auto text = read_whole(file, limits::kDataFile);
  if (!text) {
    return fail(ErrorCode::Config, text.error().message, text.error().context);
  }
  toml::table parsed;
  try {
    parsed = toml::parse(*text, file);
  } catch (const toml::parse_error& e) {
    return fail(ErrorCode::Config, std::string(e.description()),
                fmt::format("{}:{}", file, e.source().begin.line));
  }
  ConfigFile out;
  auto shared = settings(parsed, file, [&tool](std::string_view name) {
    return name == tool || lists_column(0, name);
  });
  if (!shared) return tl::unexpected(shared.error());
  out.shared = std::move(*shared);
  if (const auto* own = parsed.get_as<toml::table>(tool)) {
    auto values = settings(*own, file, [](std::string_view) { return false; });
    if (!values) return tl::unexpected(values.error());
    out.own = std::move(*values);
  }
  return out;
}

}  // namespace hagaki::cli
