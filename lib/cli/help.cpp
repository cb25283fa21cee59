#include "cli/option_row.h"

#include "base/text.h"

namespace hagaki::cli {
namespace {

constexpr std::size_t kColumns = 80;
constexpr std::size_t kHelpColumn = 28;

/// `text` in lines of at most 80 columns, each behind the first indented by `indent`.
std::string wrap(std::string_view text, std::size_t indent, std::size_t used) {
  std::string out;
  for (const auto word : split(text, ' ')) {
    const std::size_t width = display_width(word);
    if (used > indent && used + 1 + width > kColumns) {
      out.append("\n").append(indent, ' ');
      used = indent;
    } else if (used > indent) {
      out.push_back(' ');
      ++used;
    }
    out.append(word);
    used += width;
  }
  return out;
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
    const std::size_t width = display_width(left);
    std::string help = row.help;
    if (!row.choices.empty()) {
      help.append(": ");
      for (const auto& choice : row.choices) {
        if (&choice != &row.choices.front()) help.append(", ");
        help.append(choice);
      }
    }
    if (width + 2 > kHelpColumn) {
      left.append("\n").append(kHelpColumn, ' ');
    } else {
      left.append(kHelpColumn - width, ' ');
    }
    out.append(left).append(wrap(help, kHelpColumn, kHelpColumn)).append("\n");
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

std::string help_text(const std::string& tool, const std::string& summary, const std::string& usage,
                      const std::vector<OptionRow>& rows) {
  const std::string head = "usage: " + tool + " ";
  std::string out = head + wrap(usage, head.size(), head.size()) + "\n";
  out.append(wrap(summary, 0, 0)).append("\n");
  out.append(section("options", rows, false));
  out.append(section("common options", rows, true));
  return out.append("\nThe manual page " + tool + "(1) says more; hagaki(7) is the map.\n");
}

std::string version_text(const std::string& tool) {
  return tool + " (hagaki) " HAGAKI_VERSION "\n";
}

}  // namespace hagaki::cli
