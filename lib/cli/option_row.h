#pragma once

#include <string>
#include <vector>

namespace hagaki::cli {

/// One row of a tool's option table: what --help, the completions and the manual check read.
struct OptionRow {
  enum class Kind {
    Flag,     ///< takes no value
    Value,    ///< takes one; the last one given counts
    List,     ///< repeats, one value each time
    Values,   ///< repeats, each time as many values as follow (a shell glob)
    Operand,  ///< not an option: what stands alone on the command line
  };
  std::string names;    ///< "-t,--template"; for an operand its metavar
  std::string metavar;  ///< "FILE"; empty for a flag
  std::string help;     ///< one clause, no full stop
  Kind kind = Kind::Value;
  std::vector<std::string> choices;  ///< allowed values; empty = any
  bool common = false;               ///< the same in every tool
};

/// "--template" of "-t,--template".
std::string long_name(const OptionRow& row);

/// What the tool does and how it is called, at most 80 columns wide.
std::string usage_text(const std::string& tool, const std::string& summary,
                       const std::string& usage);

/// The text of --help, at most 80 columns wide.
std::string help_text(const std::string& tool, const std::string& summary, const std::string& usage,
                      const std::vector<OptionRow>& rows);

/// "0.1.0"
std::string version();

/// "mx-harvest (hagaki) 0.1.0"
std::string version_text(const std::string& tool);

/// A completion script of `tool` for "bash", "zsh" or "fish", made from the option table.
std::string completion_script(const std::string& shell, const std::string& tool,
                              const std::vector<OptionRow>& rows);

}  // namespace hagaki::cli
