#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "check.h"
#include "cli/output.h"
#include "preflight/catalogue.h"

/// How a report is to look.
struct ReportStyle {
  bool json = false;
  bool color = false;
  std::size_t columns = 80;
  std::string lang;
};

/// Prints what a check found: a record each, or a text for a person. How writing went is for `out`
/// to say; it is flushed.
void print_report(const Check& check, const ReportStyle& style, hagaki::cli::Output& out);

/// Prints all findings that there are, a paragraph each; the same of `out`.
void print_findings(const hagaki::preflight::Catalogue& catalogue, const ReportStyle& style,
                    hagaki::cli::Output& out);
