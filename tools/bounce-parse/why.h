#pragma once

#include <string>
#include <string_view>

#include "dsn/report.h"
#include "judged.h"

/// Appends why each recipient of `report` got its reason: which rule held, on which words, what
/// was asked, and which rules behind it hold too. JSON lines of type "why", or paragraphs for a
/// person, as `style` says.
void append_why(const hagaki::dsn::Report& report, std::string_view file, const Tables& tables,
                const Style& style, std::string& out);

/// True when `bytes` begin as no mail does: they are replies, one in a line.
bool are_replies(std::string_view bytes);

/// The same for lines that are replies or diagnostics ("550 5.1.1 User unknown").
void append_why_of_replies(std::string_view lines, const Tables& tables, const Style& style,
                           std::string& out);
