#include "check_report.h"

#include <fmt/core.h>

#include "base/text.h"
#include "cli/wrap.h"
#include "preflight/record.h"

using namespace hagaki;
using preflight::Severity;

namespace {

/// The words between what the catalogue says.
struct Words {
  const char* error;
  const char* warning;
  const char* ignored;
  const char* unknown;
  const char* messages;  ///< number, first recipient
  const char* more;
  const char* receivers;
  const char* remedy;
  const char* source;
  const char* none;
  const char* counts;  ///< errors, warnings, could not be checked
  const char* looked;  ///< messages
  const char* sample;
  const char* not_all;
};

constexpr Words kEnglish = {"error",
                            "warning",
                            "ignored",
                            "could not be checked",
                            "Messages with it: {}, the first for {}.",
                            "and {} more",
                            "Receivers: ",
                            "Remedy: ",
                            "Source: ",
                            "Nothing was found.",
                            "Errors: {}. Warnings: {}. Could not be checked: {}.",
                            "Messages looked at: {}.",
                            "A sample of the message was looked at.",
                            "There are more recipients."};
constexpr Words kJapanese = {"エラー",
                             "警告",
                             "無視",
                             "確認できませんでした",
                             "該当するメールは{}通です。最初の宛先は{}です。",
                             "ほか{}件",
                             "受信側の扱い：",
                             "対処：",
                             "根拠：",
                             "問題は見つかりませんでした。",
                             "エラー{}件、警告{}件、確認できなかったもの{}件です。",
                             "{}通のメールを調べました。",
                             "見本のメールを調べました。",
                             "宛先はほかにもあります。"};

std::string painted(std::string_view text, const char* sgr, bool color) {
  return color ? fmt::format("\x1b[{}m{}\x1b[0m", sgr, text) : std::string(text);
}

std::string paragraph(const preflight::Row& row, const Words& words, std::size_t columns) {
  return cli::wrapped(words.receivers + row.receivers, 4, columns) +
         cli::wrapped(words.remedy + row.remedy, 4, columns) +
         cli::wrapped(words.source + row.source, 4, columns);
}

/// "error: no-from: nobody is named as sender"
std::string headline(const preflight::Row& row, std::string_view label, std::string_view what,
                     std::size_t columns, bool color) {
  std::string text = cli::wrapped(fmt::format("{}: {}: {}", label, row.id, what), 0, columns - 2);
  for (std::size_t at = text.find('\n'); at + 1 < text.size(); at = text.find('\n', at + 1)) {
    text.insert(at + 1, "  ");
  }
  if (!color || !text.starts_with(label)) return text;
  return painted(label, row.severity == Severity::Error ? "31" : "33", color) +
         text.substr(label.size());
}

std::string entry_text(const Check& check, const preflight::Gathered::Entry& entry,
                       const Words& words, const ReportStyle& style) {
  const auto& row = check.catalogue().of(entry.id);
  const bool ignored = check.is_ignored(entry.id);
  const char* severity = row.severity == Severity::Error ? words.error : words.warning;
  const char* label = ignored ? words.ignored : entry.unknown ? words.warning : severity;
  std::string what = row.what;
  if (entry.unknown) what = fmt::format("{} ({})", words.unknown, row.what);
  std::string text = headline(row, label, what, style.columns, style.color);
  for (const std::string& detail : entry.details) {
    text += cli::wrapped(printable(detail), 4, style.columns);
  }
  if (entry.more > 0) {
    text += cli::wrapped(fmt::format(fmt::runtime(words.more), entry.more), 4, style.columns);
  }
  if (entry.messages > 0) {
    text += cli::wrapped(
        fmt::format(fmt::runtime(words.messages), entry.messages, printable(entry.first)), 4,
        style.columns);
  }
  return text + paragraph(row, words, style.columns) + '\n';
}

}  // namespace

void print_report(const Check& check, const ReportStyle& style, cli::Output& out) {
  const auto entries = check.entries();
  if (style.json) {
    for (const auto& entry : entries) {
      const auto& row = check.catalogue().of(entry.id);
      out.write_json(preflight::finding_record(entry, row, check.is_ignored(entry.id)).line() +
                     '\n');
    }
    out.flush();
    return;
  }
  const Words& words = style.lang == "ja" ? kJapanese : kEnglish;
  std::string text;
  std::size_t errors = 0;
  std::size_t warnings = 0;
  std::size_t unknown = 0;
  for (const auto& entry : entries) {
    text += entry_text(check, entry, words, style);
    if (check.is_ignored(entry.id)) continue;
    const bool error = check.catalogue().of(entry.id).severity == Severity::Error;
    ++(entry.unknown ? unknown : error ? errors : warnings);
  }
  std::string end = entries.empty()
                        ? std::string(words.none)
                        : fmt::format(fmt::runtime(words.counts), errors, warnings, unknown);
  // Japanese sentences follow each other without a blank.
  const char* gap = style.lang == "ja" ? "" : " ";
  end += gap + (check.messages() == 0 ? std::string(words.sample)
                                      : fmt::format(fmt::runtime(words.looked), check.messages()));
  if (check.stopped_early()) end += gap + std::string(words.not_all);
  out.write(text + cli::wrapped(end, 0, style.columns));
  out.flush();
}

void print_findings(const preflight::Catalogue& catalogue, const ReportStyle& style,
                    cli::Output& out) {
  const Words& words = style.lang == "ja" ? kJapanese : kEnglish;
  for (const auto& row : catalogue.rows()) {
    if (style.json) {
      out.write_json(preflight::finding_record(row).line() + '\n');
      continue;
    }
    const char* label = row.severity == Severity::Error ? words.error : words.warning;
    const std::string text = headline(row, label, row.what, style.columns, style.color) +
                             paragraph(row, words, style.columns) + '\n';
    out.write(text);
  }
  out.flush();
}
