#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "address/unsubscribe_token.h"
#include "address/verp.h"
#include "dsn/dialects.h"
#include "dsn/report.h"
#include "formats.h"
#include "reason/explain.h"
#include "reason/judge.h"

/// What mails are read by.
struct Tables {
  const hagaki::reason::Rules& rules;
  const hagaki::dsn::Dialects& dialects;
  const hagaki::reason::Advisor& advisor;
  const hagaki::verp::Key* key = nullptr;             ///< of signed return paths
  const hagaki::unsubscribe::Keys* tokens = nullptr;  ///< of unsubscribe tokens
};

/// What is made of a mail.
struct Style {
  bool json = true;  ///< records; else rows of a table for a person
  bool explain = false;
  bool all = false;  ///< mails that are none of ours too
  bool why = false;  ///< why each recipient got its reason, in place of records and table
  bool japanese = false;
  bool color = false;
  std::size_t columns = 80;
  Formats formats;
};

/// Something that a person must hear of.
struct Trouble {
  enum class Kind {
    Unread,    ///< an input that could not be read
    Partial,   ///< a mail that was read in part
    BadEvent,  ///< an event of a mail service that could not be read
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
  std::size_t events = 0;   ///< of mail services
  std::size_t reports = 0;  ///< mails and events that report something
  std::vector<Trouble> troubles;

  /// Reads one mail. `name` is for messages, `file` for records; `cut` when more of it was there.
  /// True when there is something to write about it. Any number of threads may do this, each with
  /// a Judged of its own.
  bool add(std::string_view mail, const std::string& name, std::string_view file, bool cut,
           const Tables& tables, const Style& style);
  /// Reads a JSON object with events of a mail service that stands in line `line`.
  void add_events(std::string_view json, std::uint64_t line, const std::string& name,
                  std::string_view file, const Tables& tables, const Style& style);
  /// Notes what stands in place of one.
  void add_bad_event(std::string_view why, std::uint64_t line, const std::string& name);

 private:
  bool write(hagaki::dsn::Report report, std::string_view file, const Tables& tables,
             const Style& style);
};
