#include "report.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "base/text.h"
#include "cli/table.h"
#include "cli/wrap.h"
#include "records/listing_record.h"

using namespace hagaki;
using cli::wrapped;
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

/// What makes two rows without an answer the same.
std::string unjudged_key(const Listing& listing) {
  return listing.zone->zone + '\n' + std::string(dnsbl::outcome_name(listing.verdict.outcome)) +
         '\n' + listing.verdict.meaning;
}

/// "a, b, c and 4 more"
std::string some_of(const std::vector<std::string>& names, std::size_t most) {
  std::string out;
  for (std::size_t i = 0; i < std::min(names.size(), most); ++i) {
    out += (i == 0 ? "" : ", ") + names[i];
  }
  if (names.size() > most) out += " and " + std::to_string(names.size() - most) + " more";
  return out;
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
    return true;
  }
  if (tally_.targets == 2 && !style_.all_rows) {
    // With one target the clean rows are worth seeing, with many they bury the others.
    std::erase_if(rows_, [](const Row& row) { return row.rank == kClean; });
    index_unjudged();
  }
  for (auto& row : rows) keep(std::move(row));
  return true;
}

/// Lists that give one target no answer give the others none: one row stands for all.
void Report::keep(Listing listing) {
  const auto rank = rank_of(listing);
  if (rank == kClean && tally_.targets > 1 && !style_.all_rows) return;
  if (rank == kUnjudged) {
    const auto key = unjudged_key(listing);
    if (const auto known = unjudged_.find(key); known != unjudged_.end()) {
      ++rows_[known->second].targets;
      return;
    }
    unjudged_[key] = rows_.size();
  }
  rows_.push_back({std::move(listing), rank});
}

void Report::index_unjudged() {
  unjudged_.clear();
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    if (rows_[i].rank == kUnjudged) unjudged_[unjudged_key(rows_[i].listing)] = i;
  }
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
    if (several) {
      cells.push_back(row.targets == 1 ? row.listing.target.text
                                       : std::to_string(row.targets) + " targets");
    }
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
      entry += wrapped("TXT: " + printable(row.listing.text), 4, style_.columns);
    }
    if (!seen.insert(entry).second) continue;
    if (seen.size() > kMaxPages) {
      ++left_out;
    } else {
      out += entry;
    }
  }
  if (left_out > 0) {
    out += "  and " + counted(left_out, "more listing") + " (--json shows all)\n";
  }
  return out.empty() ? out : "\nAbout the listings, and how to end them:\n" + out;
}

/// One paragraph for each list and meaning, and one for each way of not answering.
std::string Report::explanations() const {
  struct Group {
    const Row* first;
    std::vector<std::string> names;  ///< the targets, or the lists that gave no answer
    std::string remedy;
  };
  std::vector<Group> groups;
  std::map<std::string, std::size_t> index;
  for (const auto& row : rows_) {
    const auto words = explainer_->explain(row.listing);
    if (!words) continue;
    const bool answered = row.rank != kUnjudged;
    const auto& zone = row.listing.zone->zone;
    const auto key = answered ? zone + '\n' + row.listing.verdict.meaning : words->remedy;
    const auto [at, fresh] = index.emplace(key, groups.size());
    if (fresh) groups.push_back({&row, {}, words->remedy});
    groups[at->second].names.push_back(answered ? row.listing.target.text : zone);
  }
  std::string out;
  for (const auto& group : groups) {
    const auto& listing = group.first->listing;
    const auto rank = static_cast<Rank>(group.first->rank);
    const auto names = some_of(group.names, rank == kUnjudged ? kMaxPages : 3);
    const auto head = rank == kUnjudged ? word_for(listing, rank) + ": " + names
                                        : names + ", " + listing.zone->zone;
    out += '\n' + wrapped(head, 0, style_.columns);
    if (rank != kUnjudged) {
      out += wrapped(printable(explainer_->explain(listing)->cause), 4, style_.columns);
    }
    out += wrapped(printable(group.remedy), 4, style_.columns);
    if (!listing.text.empty()) {
      out += wrapped("TXT: " + printable(listing.text), 4, style_.columns);
    }
  }
  return out;
}

bool Report::flush() {
  return out_.flush();
}

bool Report::finish() {
  if (style_.json) return out_.flush();
  std::vector<Row> ordered;
  for (const int rank : {kListed, kRated, kUnjudged, kAllowed, kClean}) {
    for (auto& row : rows_) {
      if (row.rank == rank) ordered.push_back(std::move(row));
    }
  }
  rows_ = std::move(ordered);
  std::string text = table();
  text += explainer_ != nullptr ? explanations() : pages();
  if (!text.empty()) text += '\n';
  text += wrapped(summary(tally_, tally_.targets == 1 ? first_target_ : std::string()), 0,
                  style_.columns);
  return out_.write(text) && out_.flush();
}

std::string summary(const Tally& tally, const std::string& target) {
  std::string out;
  std::string parts;
  const auto part = [&parts](std::size_t count, const char* name) {
    if (count == 0) return;
    parts += (parts.empty() ? "" : ", ") + std::to_string(count) + name;
  };
  if (target.empty()) {
    out = std::to_string(tally.targets_listed) + " of " + std::to_string(tally.targets) +
          " targets listed; of " + counted(tally.asked, "question");
    part(tally.listed, " listed");
  } else if (tally.judged() == 0) {
    out = target + " could not be judged by any of " + counted(tally.asked, "list");
  } else if (tally.listed > 0) {
    out = target + " is listed by " + std::to_string(tally.listed) + " of " +
          counted(tally.asked, "list");
  } else if (tally.asked == 1) {
    out = target + " is not listed by the list asked";
  } else {
    out = target + " is listed by none of " + std::to_string(tally.asked) + " lists";
  }
  if (!target.empty() && tally.clean == tally.asked) return out + '.';
  part(tally.clean, " clean");
  part(tally.rated, " rated");
  part(tally.allowed, " allowed");
  if (tally.asked > tally.judged()) {
    parts += (parts.empty() ? "" : ", ") + unjudged(tally);
  }
  return out + ": " + parts + '.';
}
