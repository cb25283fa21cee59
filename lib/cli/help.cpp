#include "cli/option_row.h"

#include "base/text.h"
#include "cli/wrap.h"

namespace hagaki::cli {
namespace {

constexpr std::size_t kColumns = 80;
constexpr std::size_t kHelpColumn = 28;

/// `text` beside `head`, which is at most `column` columns wide.
std::string beside(std::string_view head, std::string_view text, std::size_t column) {
  auto lines = wrapped(text, column, kColumns);
  lines.erase(0, display_width(head));
  return std::string(head) + lines;
}

std::string left_side(const OptionRow& row) {
  std::string out = "  ";
  if (row.kind == OptionRow::Kind::Operand) return out + row.metavar;
  const auto names = split(row.names, ',');
  if (names.size() == 1) out.append("    ");
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) out.append(", ");
    out.append(names[i]);
  }
  if (!row.metavar.empty()) out.append(" ").append(row.metavar);
  if (row.kind == OptionRow::Kind::Values || row.kind == OptionRow::Kind::List) out.append("…");
  return out;
}

std::string section(const std::string& title, const std::vector<OptionRow>& rows, bool common) {
  std::string out;
  for (const auto& row : rows) {
    if (row.common != common) continue;
    std::string left = left_side(row);
    std::string help = row.help;
    if (!row.choices.empty()) {
      help.append(": ");
      for (const auto& choice : row.choices) {
        if (&choice != &row.choices.front()) help.append(", ");
        help.append(choice);
      }
    }
    if (display_width(left) + 2 > kHelpColumn) {
      out.append(left).append("\n");
      left.clear();
    }
    out.append(beside(left, help, kHelpColumn));
  }
  return out.empty() ? out : "\n" + title + ":\n" + out;
}

}  // namespace

std::string long_name(const OptionRow& row) {
  for (const auto name : split(row.names, ',')) {
    if (name.substr(0, 2) == "--") return std::string(name);
  }
  return row.names;
}

std::string usage_text(const std::string& tool, const std::string& summary,
                       const std::string& usage) {
  const std::string head = "usage: " + tool + " ";
  return beside(head, usage, head.size()) + wrapped(summary, 0, kColumns);
}

std::string help_text(const std::string& tool, const std::string& summary, const std::string& usage,
                      const std::vector<OptionRow>& rows) {
  std::string out = usage_text(tool, summary, usage);
  out.append(section("options", rows, false));
  out.append(section("common options", rows, true));
  return out.append("\nThe manual page " + tool + "(1) says more; hagaki(7) is the map.\n");
}

std::string version() {
  return HAGAKI_VERSION;
}

std::string version_text(const std::string& tool) {
  return tool + " (hagaki) " + version() + "\n";
}

}  // namespace hagaki::cli
