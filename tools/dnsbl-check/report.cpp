#include "report.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/text.h"
#include "cli/table.h"
#include "records/listing_record.h"
#include "wrap.h"

using namespace hagaki;
using dnsbl::Listing;
using dnsbl::ListKind;
using dnsbl::Outcome;

namespace {

/// Pages shown before the rest is only counted.
constexpr std::size_t kMaxPages = 20;

/// What a person should see first comes first.
enum Rank { kListed, kRated, kUnjudged, kAllowed, kClean };

Rank rank_of(const Listing& listing) {
  switch (listing.verdict.outcome) {
    case Outcome::NotListed:
      return kClean;
    case Outcome::Listed:
      break;
    default:
      return kUnjudged;
  }
  switch (listing.zone->list) {
    case ListKind::Block:
      return kListed;
    case ListKind::Allow:
      return kAllowed;
    case ListKind::Reputation:
      break;
  }
  return kRated;
}

const char* color_of(Rank rank) {
  switch (rank) {
    case kListed:
      return "31";
    case kUnjudged:
      return "33";
    case kAllowed:
      return "32";
    default:
      return "";
  }
}

std::string word_for(const Listing& listing, Rank rank) {
  switch (rank) {
    case kRated:
      return "rated";
    case kAllowed:
      return "allowed";
    case kClean:
      return "clean";
    default:
      return std::string(dnsbl::outcome_name(listing.verdict.outcome));
  }
}

std::string count_of(std::size_t n, const char* one, const char* many) {
  return std::to_string(n) + ' ' + (n == 1 ? one : many);
}

std::string unjudged(const Tally& tally) {
  const std::size_t n = tally.asked - tally.judged();
  std::string kinds;
  const auto add = [&kinds](std::size_t count, const char* name) {
    if (count == 0) return;
    if (!kinds.empty()) kinds += ", ";
    kinds += std::to_string(count) + ' ' + name;
  };
  add(tally.refused, "refused");
  add(tally.errors, "in error");
  add(tally.timeouts, "timed out");
  return std::to_string(n) + " not judged (" + kinds + ')';
}

}  // namespace

void Tally::count(const Listing& listing) {
  ++asked;
  switch (rank_of(listing)) {
    case kListed:
      ++listed;
      return;
    case kRated:
      ++rated;
      return;
    case kAllowed:
      ++allowed;
      return;
    case kClean:
      ++clean;
      return;
    case kUnjudged:
      break;
  }
  switch (listing.verdict.outcome) {
    case Outcome::Refused:
      ++refused;
      if (listing.verdict.codes.empty()) ++refused_by_rcode;
      return;
    case Outcome::Timeout:
      ++timeouts;
      return;
    default:
      ++errors;
  }
}

Report::Report(cli::Output& out, const dnsbl::Explainer* explainer, Style style)
    : out_(out), explainer_(explainer), style_(style) {}

bool Report::add(const dnsbl::Target& target, std::vector<Listing> rows) {
  const auto listed_before = tally_.listed;
  for (const auto& row : rows) tally_.count(row);
  if (tally_.targets++ == 0) first_target_ = target.text;
  if (tally_.listed > listed_before) ++tally_.targets_listed;
  if (style_.json) {
    for (const auto& row : rows) {
      const auto words = explainer_ != nullptr ? explainer_->explain(row) : std::nullopt;
      if (!out_.write_line(records::listing_record(row, words).line())) return false;
    }
    return out_.flush();
  }
  if (tally_.targets == 2 && !style_.all_rows) {
    // With one target the clean rows are worth seeing, with many they bury the others.
    std::erase_if(rows_, [](const Row& row) { return row.rank == kClean; });
  }
  const auto first = rows_.size();
  for (auto& row : rows) {
    const auto rank = rank_of(row);
    if (rank == kClean && tally_.targets > 1 && !style_.all_rows) continue;
    rows_.push_back({std::move(row), rank});
  }
  std::stable_sort(rows_.begin() + static_cast<std::ptrdiff_t>(first), rows_.end(),
                   [](const Row& a, const Row& b) { return a.rank < b.rank; });
  return true;
}

std::string Report::table() const {
  if (rows_.empty()) return {};
  const bool several = tally_.targets > 1;
  std::vector<cli::Table::Column> columns;
  if (several) columns.push_back({"TARGET", cli::Table::Align::Left, 15});
  columns.push_back({"RESULT", cli::Table::Align::Left, 7});
  columns.push_back({"ZONE", cli::Table::Align::Left, 20});
  columns.push_back({"MEANING", cli::Table::Align::Left, 20});
  cli::Table table(std::move(columns));
  for (const auto& row : rows_) {
    const auto rank = static_cast<Rank>(row.rank);
    std::vector<std::string> cells;
    if (several) cells.push_back(row.listing.target.text);
    cells.push_back(word_for(row.listing, rank));
    cells.push_back(row.listing.zone->zone);
    cells.push_back(row.listing.verdict.meaning);
    table.row(std::move(cells), color_of(rank));
  }
  return table.text(style_.columns, style_.color);
}

/// Where to read about the listings and to ask for removal, each page once.
std::string Report::pages() const {
  std::string out;
  std::set<std::string> seen;
  std::size_t left_out = 0;
  for (const auto& row : rows_) {
    if (row.rank != kListed) continue;
    const auto& zone = *row.listing.zone;
    auto url = row.listing.delist_url;
    if (url.empty()) url = dnsbl::fill_url(zone.lookup_url, row.listing.target);
    std::string entry = "  " + zone.zone + ": " + (url.empty() ? "no page known" : url) + '\n';
    if (!row.listing.text.empty()) {
      entry += wrapped("says: " + printable(row.listing.text), 4, style_.columns);
    }
    if (!seen.insert(entry).second) continue;
    if (seen.size() > kMaxPages) {
      ++left_out;
    } else {
      out += entry;
    }
  }
  if (left_out > 0) {
    out += "  and " + count_of(left_out, "more listing", "more listings") + " (--json shows all)\n";
  }
  return out.empty() ? out : "\nAbout the listings, and how to end them:\n" + out;
}

std::string Report::explanations() const {
  std::string out;
  std::set<std::string> seen;
  for (const auto& row : rows_) {
    const auto words = explainer_->explain(row.listing);
    if (!words) continue;
    auto text = wrapped(printable(words->cause), 4, style_.columns);
    text += wrapped(printable(words->remedy), 4, style_.columns);
    if (row.rank == kListed && !row.listing.text.empty()) {
      text +=
          wrapped(row.listing.zone->zone + ": " + printable(row.listing.text), 4, style_.columns);
    }
    if (!seen.insert(text).second) continue;
    out += "\n" + row.listing.target.text + ", " + row.listing.zone->zone + '\n' + text;
  }
  return out;
}

bool Report::finish() {
  if (style_.json) return out_.flush();
  std::string text = table();
  text += explainer_ != nullptr ? explanations() : pages();
  if (!text.empty()) text += '\n';
  text += wrapped(summary(tally_, tally_.targets == 1 ? first_target_ : std::string()), 0,
                  style_.columns);
  return out_.write(text) && out_.flush();
}

std::string summary(const Tally& tally, const std::string& target) {
  std::string out;
  if (!target.empty()) {
    const auto lists = count_of(tally.asked, "list", "lists");
    if (tally.judged() == 0) {
      out = target + " could not be judged: none of " + lists + " gave an answer to go by";
    } else if (tally.listed == 0) {
      out = target + " is on none of " + lists;
    } else {
      out = target + " is listed by " + std::to_string(tally.listed) + " of " + lists;
    }
  } else {
    out = std::to_string(tally.targets_listed) + " of " +
          count_of(tally.targets, "target is listed", "targets are listed") + "; " +
          count_of(tally.asked, "question", "questions") + ": " + std::to_string(tally.listed) +
          " listed";
  }
  out += ", " + std::to_string(tally.clean) + " clean";
  if (tally.rated > 0) out += ", " + std::to_string(tally.rated) + " rated";
  if (tally.allowed > 0) out += ", " + std::to_string(tally.allowed) + " allowed";
  if (tally.asked > tally.judged()) out += ", " + unjudged(tally);
  return out + '.';
}
