#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "cli/option_row.h"

namespace hagaki::cli {
namespace {

bool takes_file(const OptionRow& row) {
  for (const std::string_view word : {"FILE", "DIR", "TEMPLATE", "SCENARIO", "SOURCE"}) {
    if (row.metavar.find(word) != std::string::npos) return true;
  }
  return false;
}

std::string joined(const std::vector<std::string>& parts) {
  return fmt::format("{}", fmt::join(parts, " "));
}

std::string bash(const std::string& tool, const std::vector<OptionRow>& rows) {
  std::string function = "_" + tool;
  std::replace(function.begin(), function.end(), '-', '_');
  std::string cases;
  std::vector<std::string> names;
  for (const auto& row : rows) {
    if (row.kind == OptionRow::Kind::Operand) continue;
    std::string pattern = row.names;
    std::replace(pattern.begin(), pattern.end(), ',', '|');
    for (const auto name : split(row.names, ',')) names.emplace_back(name);
    if (row.kind == OptionRow::Kind::Flag) continue;
    const auto reply =
        !row.choices.empty()
            ? fmt::format("COMPREPLY=($(compgen -W '{}' -- \"$cur\"))", joined(row.choices))
            : (takes_file(row) ? std::string("COMPREPLY=($(compgen -f -- \"$cur\"))")
                               : std::string("COMPREPLY=()"));
    cases += fmt::format("    {}) {}; return ;;\n", pattern, reply);
  }
  return fmt::format(
      "{0}() {{\n  local cur=${{COMP_WORDS[COMP_CWORD]}} prev=${{COMP_WORDS[COMP_CWORD-1]}}\n"
      "  case $prev in\n{1}  esac\n"
      "  if [[ $cur == -* ]]; then\n    COMPREPLY=($(compgen -W '{2}' -- \"$cur\"))\n"
      "  else\n    COMPREPLY=($(compgen -f -- \"$cur\"))\n  fi\n}}\n"
      "complete -o filenames -F {0} {3}\n",
      function, cases, joined(names), tool);
}

/// Text inside single quotes, with what zsh's _arguments reads specially taken out.
std::string zsh_text(std::string_view help) {
  std::string out;
  for (const char c : help) {
    if (c == '\'') {
      out.append("'\\''");
    } else if (c == '[' || c == ']' || c == ':') {
      out.append("\\").push_back(c);
    } else {
      out.push_back(c);
    }
  }
  return out;
}

std::string zsh(const std::string& tool, const std::vector<OptionRow>& rows) {
  std::string out = "#compdef " + tool + "\n_arguments -s \\\n";
  for (const auto& row : rows) {
    if (row.kind == OptionRow::Kind::Operand) continue;
    const auto action =
        !row.choices.empty() ? "(" + joined(row.choices) + ")" : (takes_file(row) ? "_files" : " ");
    const auto value = row.kind == OptionRow::Kind::Flag
                           ? std::string()
                           : ":" + zsh_text(row.metavar) + ":" + action;
    const bool repeats = row.kind == OptionRow::Kind::List || row.kind == OptionRow::Kind::Values;
    for (const auto name : split(row.names, ',')) {
      out +=
          fmt::format("  '{}{}[{}]{}' \\\n", repeats ? "*" : "", name, zsh_text(row.help), value);
    }
  }
  return out + "  '*:file:_files'\n";
}

std::string fish(const std::string& tool, const std::vector<OptionRow>& rows) {
  std::string out;
  for (const auto& row : rows) {
    if (row.kind == OptionRow::Kind::Operand) continue;
    out += "complete -c " + tool;
    for (const auto name : split(row.names, ',')) {
      out += name.substr(0, 2) == "--" ? fmt::format(" -l {}", name.substr(2))
                                       : fmt::format(" -s {}", name.substr(1));
    }
    if (row.kind != OptionRow::Kind::Flag) out += takes_file(row) ? " -r -F" : " -x";
    if (!row.choices.empty()) out += fmt::format(" -a '{}'", joined(row.choices));
    std::string help;
    for (const char c : row.help) {
      if (c == '\'' || c == '\\') help.push_back('\\');
      help.push_back(c);
    }
    out += fmt::format(" -d '{}'\n", help);
  }
  return out;
}

}  // namespace

std::string completion_script(const std::string& shell, const std::string& tool,
                              const std::vector<OptionRow>& rows) {
  if (shell == "bash") return bash(tool, rows);
  if (shell == "zsh") return zsh(tool, rows);
  return fish(tool, rows);
}

}  // namespace hagaki::cli
