#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "cli/output.h"
#include "cli/table.h"
#include "dsn/report.h"
#include "judged.h"
#include "reason/explain.h"

/// Where reports go: JSON lines at once, or a table for a person at the end.
class ReportWriter {
 public:
  /// `out` and `advisor` must outlive it.
  ReportWriter(hagaki::cli::Output& out, const hagaki::reason::Advisor& advisor, Style style);

  /// Takes what mails came to. False when nobody reads any more or writing failed.
  bool add(const Judged& judged);
  /// Hands the records so far to the kernel, and puts a regular file on disk: what is taken out of
  /// a mailbox then may go. Same return.
  bool keep();
  /// Writes what a person gets, and hands everything to the kernel. Same return.
  bool finish();

  [[nodiscard]] std::size_t mails() const { return mails_; }
  /// "12 mails", "3 events", "12 mails, 3 events": what was read.
  [[nodiscard]] std::string input_text() const;
  /// Mails that report something.
  [[nodiscard]] std::size_t reports() const { return reports_; }
  /// Whether a person reads a table, which is written by finish() and ends in a summary.
  [[nodiscard]] bool is_table() const { return !style_.json && !style_.why; }
  [[nodiscard]] const Style& style() const { return style_; }

 private:
  bool add_elements(std::string_view elements);
  void add_row(const hagaki::dsn::Report& report, const hagaki::dsn::Recipient& recipient,
               std::string_view file);
  void note_words(const std::string& name, const hagaki::dsn::Recipient& recipient);
  [[nodiscard]] std::string explanations() const;
  [[nodiscard]] std::string summary() const;

  hagaki::cli::Output& out_;
  const hagaki::reason::Advisor& advisor_;
  Style style_;
  hagaki::cli::Table table_;
  /// What was said for a reason: the first few, and of how many.
  struct Words {
    std::vector<std::string> first;
    std::size_t all = 0;
  };
  std::map<std::string, Words> reasons_;  ///< met so far, for the explanations
  std::size_t mails_ = 0;
  std::size_t events_ = 0;
  bool array_begun_ = false;  ///< the one that Sisimai's form stands in
  std::size_t reports_ = 0;
  std::map<std::string_view, std::size_t> grades_;  ///< recipients, by what their rows say
  std::size_t untold_ = 0;                          ///< mails and events without a row
};
