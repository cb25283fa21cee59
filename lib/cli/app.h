#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/exit.h"
#include "cli/option_row.h"

namespace hagaki::cli {

/// What every tool understands.
struct CommonOptions {
  bool json = false;           ///< --json: records also at a terminal
  std::string color = "auto";  ///< --color auto|always|never
  bool quiet = false;          ///< --quiet: only errors on stderr
  bool verbose = false;        ///< --verbose
  std::string lang;            ///< --lang en|ja; from the locale when not given
};

/// A tool's option table and parser. Values come from flags, then the environment
/// (HAGAKI_MAIL_SEND_RELAY, then HAGAKI_RELAY), then the configuration file
/// ($XDG_CONFIG_HOME/hagaki/config.toml, else /etc/hagaki/config.toml, or --config FILE; a
/// top-level key holds for all tools, a key under [mail-send] for one, the latter wins).
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

  /// Whether an option ("--name") was given, last with an empty value. After parse().
  [[nodiscard]] bool is_given_empty(const std::string& option) const;

  /// Parses. Returns an exit code when the tool is done (help, version, completion, a usage or
  /// configuration error: all printed), nothing when it should run.
  std::optional<Exit> parse(int argc, char** argv);

  [[nodiscard]] const std::string& name() const;
  [[nodiscard]] const CommonOptions& common() const;
  /// True when the named option ("--relay") was given by flag, environment or file.
  [[nodiscard]] bool given(std::string_view long_name) const;
  /// The short help a tool prints when it has no input and stdin is a terminal.
  [[nodiscard]] std::string short_help() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace hagaki::cli
