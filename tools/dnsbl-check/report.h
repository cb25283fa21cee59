#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cli/output.h"
#include "dnsbl/explain.h"
#include "dnsbl/listing.h"

/// How many answers came to what.
struct Tally {
  std::size_t asked = 0;
  std::size_t listed = 0;   ///< on block lists
  std::size_t rated = 0;    ///< by reputation lists
  std::size_t allowed = 0;  ///< by allow lists
  std::size_t clean = 0;
  std::size_t refused = 0;
  std::size_t errors = 0;
  std::size_t timeouts = 0;
  /// Of `refused`: said by a name server, not by the list's data.
  std::size_t refused_by_rcode = 0;
  std::size_t targets = 0;
  std::size_t targets_listed = 0;

  [[nodiscard]] std::size_t judged() const { return listed + rated + allowed + clean; }
  void count(const hagaki::dnsbl::Listing& listing);
};

/// Where listings go: JSON lines at once, or a table for a person at the end.
class Report {
 public:
  struct Style {
    bool json = true;
    bool color = false;
    bool all_rows = false;  ///< clean rows too, also when there are many targets
    std::size_t columns = 80;
  };

  /// `explainer` may be null: then nothing is explained.
  Report(hagaki::cli::Output& out, const hagaki::dnsbl::Explainer* explainer, Style style);

  /// Takes the listings of one target. False when nobody reads any more or writing failed.
  bool add(const hagaki::dnsbl::Target& target, std::vector<hagaki::dnsbl::Listing> rows);
  /// Hands what was written to the kernel. Same return.
  bool flush();
  /// Writes what a person gets, the last line saying it all in words. Same return.
  bool finish();
  [[nodiscard]] const Tally& tally() const { return tally_; }

 private:
  /// A listing, or one that stands for the same of several targets.
  struct Row {
    hagaki::dnsbl::Listing listing;
    int rank;
    std::size_t targets = 1;
  };
  void keep(hagaki::dnsbl::Listing listing);
  void index_unjudged();
  [[nodiscard]] std::string table() const;
  [[nodiscard]] std::string pages() const;
  [[nodiscard]] std::string explanations() const;

  hagaki::cli::Output& out_;
  const hagaki::dnsbl::Explainer* explainer_;
  Style style_;
  Tally tally_;
  std::vector<Row> rows_;
  std::map<std::string, std::size_t> unjudged_;  ///< what is the same -> its row
  std::string first_target_;
};

/// The outcome of a run as one sentence. `target` names the only target and is empty for several.
std::string summary(const Tally& tally, const std::string& target);
