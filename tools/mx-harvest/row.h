#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "harvest/columns.h"
#include "harvest/consent.h"
#include "harvest/recipient.h"
#include "records/line.h"

/// What holds for every source of a run.
struct Settings {
  std::string encoding;  ///< empty = detect
  std::string format;    ///< "auto", "csv", "text", "jsonl"
  std::vector<std::string> map;
  hagaki::harvest::ColumnNames names;
  hagaki::harvest::Consent consent;
  hagaki::Timestamp at;
  bool dns = true;
  bool table = false;  ///< rows are shown to a person: they carry address and name besides
};

/// One record on its way out: all of it but what DNS says.
struct Row {
  std::string open_json;         ///< the object without its closing brace
  std::string domain;            ///< A-label form
  std::string email;             ///< where a table is shown; empty for a bare domain
  std::string name;              ///< the same
  bool wants_provider = true;    ///< false where the record has one that we know no better
  std::string ref{};             ///< where it was found, "customers.csv:12"
  bool bare_domain = false;      ///< nobody is mailed by this row
  std::uint64_t recipients = 1;  ///< who stand behind it; of a domain as many as its record counts
  bool no_ads_notice = false;    ///< it stood beside a notice against advertising mail
  bool has_consent = false;      ///< a basis of consent is stated
};

/// Rows as they were read, and what was wrong with others.
struct Batch {
  std::vector<Row> rows;
  std::vector<hagaki::Error> problems;  ///< context is "file:line"
  std::vector<std::string> notes;
  std::vector<std::string> details;  ///< for who wants to hear all
  std::uint64_t bytes = 0;           ///< read so far of the sources that have a size
};

/// Whether a problem is with one row of a source, and not with the source.
bool is_bad_row(const hagaki::Error& problem);

/// How a recipient came here, beside where.
struct Found {
  std::string_view method = "import";  ///< provenance.method
  bool no_ads_notice = false;
};

/// The row of a recipient found at `ref` ("customers.csv:12").
Row row_of(const hagaki::harvest::Recipient& recipient, std::string_view ref,
           const Settings& settings, const Found& found = {});

/// The row of a record that came as JSON: passed on as it is, with what it lacks at its end.
/// What it says already in the same words stays where it stands, so a second harvest of a list
/// changes nothing but what DNS says. A record of a domain is as good. Error::Syntax when it is
/// neither, or its address or domain is none.
hagaki::Result<Row> row_of(const hagaki::records::Line& line, std::string_view ref,
                           const Settings& settings);

/// The row of a domain without a recipient, named at `ref`.
Row row_of_domain(std::string_view domain, std::string_view ref);
