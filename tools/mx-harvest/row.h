#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "harvest/columns.h"
#include "harvest/consent.h"
#include "harvest/mail_people.h"
#include "harvest/no_ads.h"
#include "harvest/recipient.h"
#include "records/line.h"
#include "web/crawl.h"
#include "web/polite_fetcher.h"

/// How pages of the web are read.
struct WebSettings {
  hagaki::web::PoliteFetcher::Options fetching;
  hagaki::web::Crawl::Options crawling;
};

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
  hagaki::harvest::NoAdsNotices no_ads;
  WebSettings web;
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
  std::string_view title{};            ///< of a page
  /// Whether the page asks for no advertising mail; nothing where that was not looked for.
  std::optional<bool> no_ads_notice{};
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
