#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "cli/output.h"
#include "dnsbl/explain.h"
#include "report.h"
#include "table_words.h"

/// A table for a person, listings first, then what they mean and how to end them, and the outcome
/// in words as the last line.
class TableReport : public Report {
 public:
  struct Style {
    bool color = false;
    bool all_rows = false;  ///< clean rows too, also when there are many targets
    bool explain = false;   ///< say of each row what it means and what to do
    std::size_t columns = 80;
    std::string language = "en";
  };

  /// Both must outlive the report.
  TableReport(hagaki::cli::Output& out, const hagaki::dnsbl::Explainer& explainer, Style style);

  bool add(const hagaki::dnsbl::Target& target, std::vector<hagaki::dnsbl::Listing> rows) override;
  bool disqualified(const hagaki::dnsbl::Zone& zone, hagaki::dnsbl::Kind kind,
                    const std::string& why) override;
  bool flush() override { return out_.flush(); }
  bool finish(const Tally& tally, const Ending& ending) override;

 private:
  /// A listing, or one that stands for the same of several targets.
  struct Row {
    hagaki::dnsbl::Listing listing;
    Standing standing;
    std::size_t targets = 1;
  };
  void keep(hagaki::dnsbl::Listing listing);
  void index_unjudged();
  [[nodiscard]] std::string table() const;
  [[nodiscard]] std::string pages() const;
  [[nodiscard]] std::string refusals() const;
  [[nodiscard]] std::string explanations() const;

  hagaki::cli::Output& out_;
  const hagaki::dnsbl::Explainer& explainer_;
  Style style_;
  const TableWords& words_;
  ChangeCount changes_;
  std::size_t targets_ = 0;
  std::vector<Row> rows_;
  std::map<std::string, std::size_t> unjudged_;  ///< what is the same -> its row
  std::string first_target_;
};
