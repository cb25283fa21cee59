#include "cli/app.h"

#include <fcntl.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <functional>

#include <fmt/format.h>

#include "base/text.h"
#include "cli/config_file.h"

namespace hagaki::cli {
namespace {

using Assign = std::function<Result<void>(const std::vector<std::string>&)>;

struct Bound {
  OptionRow row;
  CLI::Option* option;
  Assign assign;
  bool given = false;
};

std::string environment(std::string name) {
  name = ascii_upper(name);
  std::replace(name.begin(), name.end(), '-', '_');
  const char* value = std::getenv(name.c_str());
  return value ? value : "";
}

std::string language() {
  for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
    const std::string value = environment(name);
    if (!value.empty()) return value.substr(0, 2) == "ja" ? "ja" : "en";
  }
  return "en";
}

Result<void> assign_flag(bool& target, const std::string& text) {
  if (text == "true" || text == "1" || text == "yes") {
    target = true;
  } else if (text == "false" || text == "0" || text == "no") {
    target = false;
  } else {
    return fail(ErrorCode::Syntax, fmt::format("'{}' is neither true nor false", text));
  }
  return {};
}

template <class T>
Result<void> assign_number(T& target, const std::string& text, T min, T max) {
  T value{};
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (ec != std::errc{} || end != text.data() + text.size() || value < min || value > max) {
    return fail(ErrorCode::Syntax, fmt::format("'{}' is no number from {} to {}", text, min, max));
  }
  target = value;
  return {};
}

/// Takes the last value given.
template <class T>
Assign take_last(T& target) {
  return [&target](const std::vector<std::string>& values) {
    target = values.back();
    return Result<void>();
  };
}

/// Takes all values given.
Assign take_all(std::vector<std::string>& target) {
  return [&target](const std::vector<std::string>& values) {
    target = values;
    return Result<void>();
  };
}

OptionRow row_of(OptionRow::Kind kind, std::string names, std::string metavar, std::string help,
                 std::vector<std::string> choices = {}) {
  return {std::move(names), std::move(metavar), std::move(help), kind, std::move(choices), false};
}

/// Keeps the places of standard input, output and error that we were started without: what is
/// opened next, a journal say, would stand there and be written over. Reading or writing them still
/// fails.
void hold_standard_places() {
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (fcntl(fd, F_GETFD) >= 0) continue;
    // The lowest free number is taken, so this one.
    if (open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) != fd) return;
  }
}

}  // namespace

struct App::State {
  std::string name;
  std::string summary;
  std::string usage;
  CLI::App cli;
  std::vector<Bound> bound;
  CommonOptions common;
  std::string config;
  std::string completion;
  bool help = false;
  bool version = false;
  bool in_common = false;

  void add(OptionRow row, Assign assign) {
    row.common = in_common;
    const bool operand = row.kind == OptionRow::Kind::Operand;
    CLI::Option* option = row.kind == OptionRow::Kind::Flag
                              ? cli.add_flag(row.names)
                              : cli.add_option(operand ? "operand" : row.names,
                                               [](const CLI::results_t&) { return true; });
    constexpr int kMany = CLI::detail::expected_max_vector_size;
    switch (row.kind) {
      case OptionRow::Kind::Flag:
        break;
      case OptionRow::Kind::Value:
        option->expected(1)->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
        break;
      case OptionRow::Kind::List:
        option->expected(1, kMany)->allow_extra_args(false);
        break;
      case OptionRow::Kind::Values:
        option->expected(1, kMany)->allow_extra_args(true);
        break;
      case OptionRow::Kind::Operand:
        option->expected(0, kMany)->allow_extra_args(true);
        break;
    }
    bound.push_back({std::move(row), option, std::move(assign)});
  }

  std::vector<OptionRow> rows() const {
    std::vector<OptionRow> out;
    for (const auto& b : bound) out.push_back(b.row);
    return out;
  }

  /// What the environment or the file says of an option that the command line did not give;
  /// `where` is empty for the environment.
  Setting fallback(const Bound& b, const ConfigFile& file) const {
    if (b.row.kind == OptionRow::Kind::Operand) return {};
    const std::string key = long_name(b.row).substr(2);
    for (const auto& variable : {"HAGAKI_" + name + "_" + key, "HAGAKI_" + key}) {
      if (auto value = environment(variable); !value.empty()) return {{value}, {}};
    }
    if (const auto it = file.own.find(key); it != file.own.end()) return it->second;
    if (const auto it = file.shared.find(key); it != file.shared.end()) return it->second;
    return {};
  }

  Exit usage_error(const std::string& message) const {
    std::fputs(
        fmt::format("{0}: error: {1}\nTry '{0} --help'.\n", name, printable(message)).c_str(),
        stderr);
    return Exit::Usage;
  }

  bool has_option(const std::string& key) const {
    const std::string option = "--" + key;
    return std::any_of(bound.begin(), bound.end(),
                       [&](const Bound& b) { return long_name(b.row) == option; });
  }

  Result<void> assign_all(const ConfigFile& file) {
    for (auto& b : bound) {
      Setting setting{b.option->results(), {}};
      if (b.row.kind == OptionRow::Kind::Flag && b.option->count() > 0) setting.values = {"true"};
      if (setting.values.empty()) setting = fallback(b, file);
      if (setting.values.empty()) continue;
      b.given = true;
      if (auto ok = b.assign(setting.values); !ok) {
        const bool operand = b.row.kind == OptionRow::Kind::Operand;
        const std::string option = operand ? b.row.metavar : long_name(b.row);
        if (setting.where.empty()) return fail(ErrorCode::Syntax, ok.error().message, option);
        return fail(ErrorCode::Config, option.substr(2) + ": " + ok.error().message, setting.where);
      }
    }
    for (const auto& [key, setting] : file.own) {
      if (!has_option(key)) {
        return fail(ErrorCode::Config, fmt::format("{} has no option '{}'", name, key),
                    setting.where);
      }
    }
    for (const auto& [key, setting] : file.shared) {
      if (!has_option(key) && !is_option_of_any_tool(key)) {
        return fail(ErrorCode::Config, fmt::format("no tool has an option '{}'", key),
                    setting.where);
      }
    }
    return {};
  }
};

App::App(std::string name, std::string summary, std::string usage)
    : state_(std::make_unique<State>()) {
  hold_standard_places();
  state_->name = std::move(name);
  state_->summary = std::move(summary);
  state_->usage = std::move(usage);
  state_->cli.set_help_flag();
  state_->common.lang = language();
  state_->in_common = true;
  flag("--json", state_->common.json, "Print JSON lines also at a terminal");
  choice("--color", "WHEN", state_->common.color, "Colour the table", {"auto", "always", "never"});
  flag("-q,--quiet", state_->common.quiet, "Print only errors on standard error");
  flag("--verbose", state_->common.verbose, "Say more on standard error");
  value("--config", "FILE", state_->config, "Read this configuration file instead of the usual");
  choice("--lang", "LANG", state_->common.lang, "Language of explanations", {"en", "ja"});
  choice("--print-completion", "SHELL", state_->completion, "Print a completion script and exit",
         {"bash", "zsh", "fish"});
  flag("-h,--help", state_->help, "Print this and exit");
  flag("--version", state_->version, "Print the version and exit");
  state_->in_common = false;
}

bool App::is_given_empty(const std::string& option) const {
  const auto* found = state_->cli.get_option_no_throw(option);
  return found && found->count() > 0 && found->results().back().empty();
}

App::~App() = default;

using Kind = OptionRow::Kind;

App& App::flag(std::string names, bool& target, std::string help) {
  state_->add(row_of(Kind::Flag, std::move(names), "", std::move(help)),
              [&target](const auto& v) { return assign_flag(target, v.back()); });
  return *this;
}

App& App::value(std::string names, std::string metavar, std::string& target, std::string help) {
  state_->add(row_of(Kind::Value, std::move(names), std::move(metavar), std::move(help)),
              take_last(target));
  return *this;
}

App& App::value(std::string names, std::string metavar, std::optional<std::string>& target,
                std::string help) {
  state_->add(row_of(Kind::Value, std::move(names), std::move(metavar), std::move(help)),
              take_last(target));
  return *this;
}

App& App::value(std::string names, std::string metavar, std::int64_t& target, std::string help,
                std::int64_t min, std::int64_t max) {
  state_->add(
      row_of(Kind::Value, std::move(names), std::move(metavar), std::move(help)),
      [&target, min, max](const auto& v) { return assign_number(target, v.back(), min, max); });
  return *this;
}

App& App::value(std::string names, std::string metavar, double& target, std::string help,
                double min, double max) {
  state_->add(
      row_of(Kind::Value, std::move(names), std::move(metavar), std::move(help)),
      [&target, min, max](const auto& v) { return assign_number(target, v.back(), min, max); });
  return *this;
}

App& App::choice(std::string names, std::string metavar, std::string& target, std::string help,
                 std::vector<std::string> choices) {
  auto assign = [&target, choices](const std::vector<std::string>& v) -> Result<void> {
    if (std::find(choices.begin(), choices.end(), v.back()) == choices.end()) {
      return fail(ErrorCode::Syntax,
                  fmt::format("'{}' is none of {}", v.back(), fmt::join(choices, ", ")));
    }
    target = v.back();
    return {};
  };
  state_->add(row_of(Kind::Value, std::move(names), std::move(metavar), std::move(help),
                     std::move(choices)),
              std::move(assign));
  return *this;
}

App& App::values(std::string names, std::string metavar, std::vector<std::string>& target,
                 std::string help) {
  state_->add(row_of(Kind::Values, std::move(names), std::move(metavar), std::move(help)),
              take_all(target));
  return *this;
}

App& App::list(std::string names, std::string metavar, std::vector<std::string>& target,
               std::string help) {
  state_->add(row_of(Kind::List, std::move(names), std::move(metavar), std::move(help)),
              take_all(target));
  return *this;
}

App& App::operands(std::string metavar, std::vector<std::string>& target, std::string help) {
  state_->add(row_of(Kind::Operand, "", std::move(metavar), std::move(help)), take_all(target));
  return *this;
}

std::optional<Exit> App::parse(int argc, char** argv) {
  auto& s = *state_;
  try {
    s.cli.parse(argc, argv);
  } catch (const CLI::ArgumentMismatch& e) {
    // "--only: 1 required  missing" is no sentence.
    const std::string what = e.what();
    const auto name = what.substr(0, what.find(": "));
    return s.usage_error(what.ends_with("missing") ? name + " needs a value" : what);
  } catch (const CLI::ParseError& e) {
    return s.usage_error(e.what());
  }
  // --help and --version need no configuration file to be right.
  if (s.cli.count("--help") > 0) {
    std::fputs(help_text(s.name, s.summary, s.usage, s.rows()).c_str(), stdout);
    return std::fflush(stdout) == 0 ? Exit::Ok : Exit::Io;
  }
  if (s.cli.count("--version") > 0) {
    std::fputs(version_text(s.name).c_str(), stdout);
    return std::fflush(stdout) == 0 ? Exit::Ok : Exit::Io;
  }
  const auto* config_option = s.cli.get_option("--config");
  const auto config = load_config(
      config_option->count() > 0 ? config_option->results().back() : environment("HAGAKI_CONFIG"),
      s.name);
  const Result<void> ok = config ? s.assign_all(*config) : tl::unexpected(config.error());
  if (!ok) {
    if (ok.error().code != ErrorCode::Config) return s.usage_error(ok.error().text());
    std::fputs(fmt::format("{}: error: {}\n", s.name, printable(ok.error().text())).c_str(),
               stderr);
    return Exit::Config;
  }
  if (!s.completion.empty()) {
    std::fputs(completion_script(s.completion, s.name, s.rows()).c_str(), stdout);
    return std::fflush(stdout) == 0 ? Exit::Ok : Exit::Io;
  }
  return std::nullopt;
}

const std::string& App::name() const {
  return state_->name;
}
const CommonOptions& App::common() const {
  return state_->common;
}

bool App::given(std::string_view long_option) const {
  for (const auto& b : state_->bound) {
    if (b.given && long_name(b.row) == long_option) return true;
  }
  return false;
}

std::string App::short_help() const {
  return usage_text(state_->name, state_->summary, state_->usage) +
         fmt::format("Try '{0} --help', or the manual page {0}(1).\n", state_->name);
}

}  // namespace hagaki::cli
