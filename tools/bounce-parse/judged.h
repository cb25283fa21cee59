#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "dsn/dialects.h"
#include "dsn/report.h"
#include "reason/explain.h"
#include "reason/judge.h"

/// The tables that mails are read by.
struct Tables {
  const hagaki::reason::Rules& rules;
  const hagaki::dsn::Dialects& dialects;
  const hagaki::reason::Advisor& advisor;
};

/// What is made of a mail.
struct Style {
  bool json = true;  ///< records; else rows of a table for a person
  bool explain = false;
  bool all = false;  ///< mails that are none of ours too
  bool japanese = false;
  bool color = false;
  std::size_t columns = 80;
};

/// Something that a person must hear of.
struct Trouble {
  enum class Kind {
    Unread,   ///< an input that could not be read
    Partial,  ///< a mail that was read in part
    Remark,
  };
  Kind kind;
  std::string text;
};

/// What several mails came to.
struct Judged {
  struct Shown {
    hagaki::dsn::Report report;
    std::string file;
  };
  std::string lines;         ///< records, with line ends
  std::vector<Shown> shown;  ///< for the table
  std::size_t mails = 0;
  std::size_t reports = 0;  ///< mails that report something
  std::vector<Trouble> troubles;

  /// Reads one mail. `name` is for messages, `file` for records; `cut` when more of it was there.
  /// True when there is something to write about it. Any number of threads may do this, each with
  /// a Judged of its own.
  bool add(std::string_view mail, const std::string& name, std::string_view file, bool cut,
           const Tables& tables, const Style& style);
};
