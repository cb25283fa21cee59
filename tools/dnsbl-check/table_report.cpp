#include "table_report.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "base/text.h"
#include "cli/table.h"
#include "cli/wrap.h"

using namespace hagaki;
using cli::wrapped;
using dnsbl::Listing;

namespace {

/// Pages shown before the rest is only counted.
constexpr std::size_t kMaxPages = 20;
constexpr std::size_t kMostWords = 300;  ///< bytes of a list's own

const char* color_of(Standing standing) {
  switch (standing) {
    case Standing::Listed:
      return "31";
    case Standing::Unjudged:
      return "33";
    case Standing::Delisted:
    case Standing::Allowed:
      return "32";
    default:
      return "";
  }
}

/// A list's own words, which are a page or a sentence; records have all of a longer story.
std::string own_words(const Listing& listing) {
  const auto cut = utf8_prefix(listing.text, kMostWords);
  return "TXT: " + printable(cut) + (cut.size() < listing.text.size() ? "…" : "");
}

/// What makes two rows without an answer the same.
std::string unjudged_key(const Listing& listing) {
  return listing.zone->zone + '\n' + std::string(dnsbl::outcome_name(listing.verdict.outcome)) +
         '\n' + listing.verdict.meaning;
}

}  // namespace

TableReport::TableReport(cli::Output& out, const dnsbl::Explainer& explainer, Style style)
    : out_(out),
      explainer_(explainer),
      style_(std::move(style)),
      words_(table_words(style_.language)) {}

bool TableReport::add(const dnsbl::Target& target, std::vector<Listing> rows) {
  if (targets_++ == 0) first_target_ = target.text;
  if (targets_ == 2 && !style_.all_rows) {
    // With one target the clean rows are worth seeing, with many they bury the others.
    std::erase_if(rows_, [](const Row& row) { return row.standing == Standing::Clean; });
    index_unjudged();
  }
  for (auto& row : rows) {
    changes_.count(row.change);
    keep(std::move(row));
  }
  return true;
}

bool TableReport::disqualified(const dnsbl::Zone& zone, dnsbl::Kind kind, const std::string& why) {
  std::vector<Listing> refuted;
  std::erase_if(rows_, [&](Row& row) {
    const bool is_none = is_refuted(row.listing, zone, kind);
    if (is_none) refuted.push_back(std::move(row.listing));
    return is_none;
  });
  index_unjudged();
  for (auto& listing : refuted) {
    changes_.take_back(listing.change);
    listing.change = dnsbl::Change::None;
    listing.verdict = {dnsbl::Outcome::Error, {}, why};
    listing.text.clear();
    keep(std::move(listing));
  }
  return true;
}

/// Lists that give one target no answer give the others none: one row stands for all.
void TableReport::keep(Listing listing) {
  const auto standing = standing_of(listing);
  if (standing == Standing::Clean && targets_ > 1 && !style_.all_rows) return;
  if (standing == Standing::Unjudged && listing.change == dnsbl::Change::None) {
    const auto key = unjudged_key(listing);
    if (const auto known = unjudged_.find(key); known != unjudged_.end()) {
      ++rows_[known->second].targets;
      return;
    }
    unjudged_[key] = rows_.size();
  }
  rows_.push_back({std::move(listing), standing});
}

void TableReport::index_unjudged() {
  unjudged_.clear();
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    const auto& row = rows_[i];
    if (row.standing != Standing::Unjudged || row.listing.change != dnsbl::Change::None) continue;
    unjudged_[unjudged_key(rows_[i].listing)] = i;
  }
}

std::string TableReport::table() const {
  if (rows_.empty()) return {};
  const bool several = targets_ > 1;
  std::vector<cli::Table::Column> columns;
  if (several) columns.push_back({words_.target, cli::Table::Align::Left, 15});
  columns.push_back({words_.result, cli::Table::Align::Left, 7});
  columns.push_back({words_.zone, cli::Table::Align::Left, 20});
  columns.push_back({words_.meaning, cli::Table::Align::Left, 20});
  cli::Table table(std::move(columns));
  for (const auto& row : rows_) {
    std::vector<std::string> cells;
    if (several) {
      cells.push_back(row.targets == 1 ? row.listing.target.text : words_.targets(row.targets));
    }
    cells.push_back(std::string(words_.of(row.listing)));
    cells.push_back(row.listing.zone->zone);
    cells.push_back(
        words_.meaning_of(row.listing, explainer_.in_words(row.listing.verdict.meaning)));
    table.row(std::move(cells), color_of(row.standing));
  }
  return table.text(style_.columns, style_.color);
}

/// Where to read about the listings and to ask for removal, each page once.
std::string TableReport::pages() const {
  std::string out;
  std::set<std::string> seen;
  std::size_t left_out = 0;
  for (const auto& row : rows_) {
    if (row.standing != Standing::Listed) continue;
    const auto& zone = *row.listing.zone;
    auto url = row.listing.delist_url;
    if (url.empty()) url = dnsbl::fill_url(zone.lookup_url, row.listing.target);
    std::string entry = "  " + zone.zone;
    if (!zone.name.empty() && zone.name != zone.zone) {
      entry.append(" (").append(printable(zone.name)).append(")");
    }
    entry += '\n';
    entry += wrapped(printable(explainer_.delivery(zone)), 4, style_.columns);
    entry += wrapped(url.empty() ? words_.no_page : printable(url), 4, style_.columns);
    if (!row.listing.text.empty()) {
      entry += wrapped(own_words(row.listing), 4, style_.columns);
    }
    if (!seen.insert(entry).second) continue;
    if (seen.size() > kMaxPages) {
      ++left_out;
    } else {
      out += entry;
    }
  }
  if (left_out > 0) {
    out += "  " + words_.left_out(left_out) + '\n';
  }
  if (!out.empty()) out.insert(0, std::string(1, '\n').append(words_.pages).append(1, '\n'));
  return out;
}

/// What to do about lists that will not answer: a refusal looks like bad news and is none.
std::string TableReport::refusals() const {
  std::vector<std::string> zones;
  std::string remedy;
  for (const auto& row : rows_) {
    if (row.listing.verdict.outcome != dnsbl::Outcome::Refused) continue;
    zones.push_back(row.listing.zone->zone);
    if (remedy.empty()) remedy = explainer_.explain(row.listing)->remedy;
  }
  if (zones.empty()) return {};
  const auto head = std::string(words_.refused) + ": " + words_.some_of(zones, kMaxPages);
  return '\n' + wrapped(head, 0, style_.columns) + wrapped(remedy, 2, style_.columns);
}

/// One paragraph for each list and meaning, and one for each way of not answering.
std::string TableReport::explanations() const {
  struct Group {
    const Row* first;
    std::vector<std::string> names;  ///< the targets, or the lists that gave no answer
    std::string remedy;
  };
  std::vector<Group> groups;
  std::map<std::string, std::size_t> index;
  for (const auto& row : rows_) {
    const auto words = explainer_.explain(row.listing);
    if (!words) continue;
    const bool answered = row.standing != Standing::Unjudged;
    const auto& zone = row.listing.zone->zone;
    const auto key = answered ? zone + '\n' + row.listing.verdict.meaning : words->remedy;
    const auto [at, fresh] = index.emplace(key, groups.size());
    if (fresh) groups.push_back({&row, {}, words->remedy});
    groups[at->second].names.push_back(answered ? row.listing.target.text : zone);
  }
  std::string out;
  for (const auto& group : groups) {
    const auto& listing = group.first->listing;
    const auto standing = group.first->standing;
    const auto names = words_.some_of(group.names, standing == Standing::Unjudged ? kMaxPages : 3);
    const auto head = standing == Standing::Unjudged
                          ? std::string(words_.of(listing)) + ": " + names
                          : names + ", " + listing.zone->zone;
    out += '\n' + wrapped(head, 0, style_.columns);
    if (standing != Standing::Unjudged) {
      const auto words = explainer_.explain(listing);
      out += wrapped(printable(words->cause), 4, style_.columns);
      out += wrapped(printable(words->delivery), 4, style_.columns);
    }
    out += wrapped(printable(group.remedy), 4, style_.columns);
    if (!listing.text.empty()) {
      out += wrapped(own_words(listing), 4, style_.columns);
    }
  }
  return out;
}

bool TableReport::finish(const Tally& tally, const Ending& /*ending*/) {
  if (targets_ == 0) return out_.flush();
  std::vector<Row> ordered;
  for (const auto standing : {Standing::Listed, Standing::Delisted, Standing::Rated,
                              Standing::Unjudged, Standing::Allowed, Standing::Clean}) {
    for (auto& row : rows_) {
      if (row.standing == standing) ordered.push_back(std::move(row));
    }
  }
  rows_ = std::move(ordered);
  std::string text = table();
  text += style_.explain ? explanations() : pages() + refusals();
  if (!text.empty()) text += '\n';
  text += wrapped(words_.outcome(tally, tally.targets == 1 ? first_target_ : std::string()), 0,
                  style_.columns);
  const auto changed = words_.changes(changes_);
  if (!changed.empty()) text += wrapped(changed, 0, style_.columns);
  return out_.write(text) && out_.flush();
}
