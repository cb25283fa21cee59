#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "harvest/columns.h"
#include "harvest/consent.h"
#include "harvest/mail_people.h"
#include "harvest/recipient.h"
#include "records/line.h"

/// What holds for every source of a run.
struct Settings {
  std::string encoding;  ///< empty = detect
  std::string format;    ///< "auto", or as harvest::kind_name() has it
  std::vector<std::string> map;
  hagaki::harvest::ColumnNames names;
  hagaki::harvest::Consent consent;
  std::vector<std::string> mail_fields;  ///< of a mail's header: whom to take
  hagaki::harvest::OwnAddresses own;     ///< nobody to take from a mail
  hagaki::Timestamp at;
  bool dns = true;
};

/// One record on its way out: all of it but what DNS says.
struct Row {
  std::string open_json;  ///< the object without its closing brace
  std::string domain;     ///< A-label form
  std::string email;      ///< empty for a bare domain
  std::string name;
  bool wants_provider = true;  ///< false where the record has one that we know no better
  std::string ref;             ///< where it was found, "customers.csv:12"
};

/// Rows as they were read, and what was wrong with others.
struct Batch {
  std::vector<Row> rows;
  std::vector<hagaki::Error> problems;  ///< context is "file:line"
  std::vector<std::string> notes;
  std::vector<std::string> details;  ///< for who wants to hear all
};

/// How a recipient came here, beside where.
struct Found {
  std::string_view method = "import";  ///< provenance.method
  bool no_ads_notice = false;
};

/// The row of a recipient found at `ref` ("customers.csv:12").
Row row_of(const hagaki::harvest::Recipient& recipient, std::string_view ref,
           const Settings& settings, const Found& found = {});

/// The row of a record that came as JSON: passed on as it is, with what it lacks at its end.
/// Error::Syntax when it is no recipient or its address is none.
hagaki::Result<Row> row_of(const hagaki::records::Line& line, std::string_view ref,
                           const Settings& settings);

/// The row of a domain without a recipient.
Row row_of_domain(std::string_view domain);
