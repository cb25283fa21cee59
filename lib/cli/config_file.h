#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace hagaki::cli {

/// What a key of the file says, as it would be typed on a command line.
struct Setting {
  std::vector<std::string> values;
  std::string where;  ///< "file:line"
};

/// Settings of one tool by option name without dashes.
using Settings = std::map<std::string, Setting>;

/// What a configuration file says for one tool.
struct ConfigFile {
  Settings shared;  ///< top-level keys: for every tool that has such an option
  Settings own;     ///< keys under [tool]
};

/// Whether some tool has an option of this name (without dashes), by data/options.txt.
bool is_option_of_any_tool(std::string_view key);

/// Reads the configuration file of `tool`: `path` when given, else the first that exists of
/// $XDG_CONFIG_HOME/hagaki/config.toml (~/.config without the variable) and
/// /etc/hagaki/config.toml; empty where none does. Error::Config with "file:line", also for a table
/// that no tool is called by.
Result<ConfigFile> load_config(const std::string& path, const std::string& tool);

}  // namespace hagaki::cli
