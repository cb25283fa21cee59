#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/exit.h"

namespace hagaki::cli {

/// One row of a tool's option table: what --help, the completions and the manual check read.
struct OptionRow {
  std::string names;    ///< "-t,--template"
  std::string metavar;  ///< "FILE"; empty for a flag
  std::string help;     ///< one clause, no full stop
  bool repeats = false;
  std::vector<std::string> choices;  ///< allowed values; empty = any
  std::string group;                 ///< heading in --help; empty = the tool's own
};

/// What every tool understands.
struct CommonOptions {
  bool json = false;          ///< --json: records also at a terminal
  std::string color = "auto"; ///< --color auto|always|never
  bool quiet = false;         ///< --quiet: only errors on stderr
  bool verbose = false;       ///< --verbose
  std::string lang;           ///< --lang en|ja; from the locale when not given
};

/// A tool's option table and parser. Values come from flags, then the environment
/// (HAGAKI_<TOOL>_<OPTION>, then HAGAKI_<OPTION>), then the configuration file
/// ($XDG_CONFIG_HOME/hagaki/config.toml, else /etc/hagaki/config.toml, or --config FILE; a
/// top-level key holds for all tools, a key under [tool-name] for one).
class App {
 public:
  /// `usage` is the synopsis behind the name: "[OPTION…] [FILE…]".
  App(std::string name, std::string summary, std::string usage);
  ~App();
  App(const App&) = delete;
  App& operator=(const App&) = delete;

  /// Each binds a variable that keeps its initial value when the option is not given. Names as in
  /// OptionRow. All bound variables must outlive parse().
  App& flag(std::string names, bool& target, std::string help);
  App& value(std::string names, std::string metavar, std::string& target, std::string help);
  App& value(std::string names, std::string metavar, std::optional<std::string>& target,
             std::string help);
  App& value(std::string names, std::string metavar, std::int64_t& target, std::string help,
             std::int64_t min, std::int64_t max);
  App& value(std::string names, std::string metavar, double& target, std::string help, double min,
             double max);
  App& choice(std::string names, std::string metavar, std::string& target, std::string help,
              std::vector<std::string> choices);
  /// An option that repeats; each occurrence takes one or more values up to the next option, so a
  /// shell glob works. "--" ends it before operands.
  App& values(std::string names, std::string metavar, std::vector<std::string>& target,
              std::string help);
  /// As values(), but one value an occurrence (operands may follow).
  App& list(std::string names, std::string metavar, std::vector<std::string>& target,
            std::string help);
  App& operands(std::string metavar, std::vector<std::string>& target, std::string help);

  /// Parses. Returns an exit code when the tool is done (help, version, completion, a usage error:
  /// all printed), nothing when it should run.
  std::optional<Exit> parse(int argc, char** argv);

  [[nodiscard]] const std::string& name() const;
  [[nodiscard]] const CommonOptions& common() const;
  [[nodiscard]] const std::vector<OptionRow>& rows() const;
  /// True when the named option ("--relay") was given by flag, environment or file.
  [[nodiscard]] bool given(std::string_view long_name) const;
  /// The short help a tool prints when it has no input and stdin is a terminal.
  [[nodiscard]] std::string short_help() const;

 private:
  struct State;
  struct StateDeleter {
    void operator()(State*) const;
  };
  std::unique_ptr<State, StateDeleter> state_;
};

}  // namespace hagaki::cli
