#include "nagios_report.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"

using namespace hagaki;

namespace {

/// Monitoring systems keep some kilobytes of a plugin's output.
constexpr std::size_t kMostLines = 50;
constexpr int kUnknown = 3;

/// "|" begins performance data.
std::string plain(const std::string& text) {
  auto out = printable(text);
  std::replace(out.begin(), out.end(), '|', '/');
  return out;
}

std::string line_of(const dnsbl::Listing& listing) {
  auto page = listing.delist_url;
  if (page.empty()) page = dnsbl::fill_url(listing.zone->lookup_url, listing.target);
  std::string out =
      listing.target.text + " is listed by " + listing.zone->zone + ": " + listing.verdict.meaning;
  if (!page.empty()) out += " - " + page;
  return plain(out);
}

std::string performance(const Tally& tally) {
  const auto most = std::to_string(tally.asked);
  return "listed=" + std::to_string(tally.listed) + ";;;0;" + most +
         " major=" + std::to_string(tally.listed_major) + ";;;0;" + most +
         " clean=" + std::to_string(tally.clean) + ";;;0;" + most +
         " unjudged=" + std::to_string(tally.unjudged()) + ";;;0;" + most;
}

}  // namespace

int nagios_status(const Tally& tally, cli::Exit exit) {
  if (exit == cli::Exit::No) return tally.listed_major > 0 ? 2 : 1;
  return exit == cli::Exit::Ok ? 0 : kUnknown;
}

std::string nagios_unknown(const std::string& why) {
  return "DNSBL UNKNOWN - " + plain(why) + '\n';
}

bool NagiosReport::add(const dnsbl::Target& target, std::vector<dnsbl::Listing> rows) {
  if (targets_++ == 0) first_target_ = target.text;
  for (const auto& row : rows) {
    if (standing_of(row) != Standing::Listed) continue;
    if (++lines_of_[{row.zone, row.target.kind}] > kMostLines) continue;
    listed_.push_back(
        {row.zone, row.target.kind, row.target.text + " by " + row.zone->zone, line_of(row)});
  }
  return true;
}

bool NagiosReport::disqualified(const dnsbl::Zone& zone, dnsbl::Kind kind,
                                const std::string& /*why*/) {
  std::erase_if(listed_, [&](const Line& line) { return line.zone == &zone && line.kind == kind; });
  return true;
}

bool NagiosReport::finish(const Tally& tally, const Ending& ending) {
  constexpr std::array kStates{"OK", "WARNING", "CRITICAL", "UNKNOWN"};
  const auto status = nagios_status(tally, ending.exit);
  std::string text = "DNSBL " + std::string(kStates.at(static_cast<std::size_t>(status))) + " - ";
  if (status == kUnknown) {
    // What was wrong with single targets is told line by line elsewhere.
    text += ending.trouble.empty() ? "not all targets could be asked about, see standard error"
                                   : plain(ending.trouble);
  } else if (tally.listed > 0) {
    text += "listed: " + listed_.front().head;
    if (tally.listed > 1) text += " and " + std::to_string(tally.listed - 1) + " more";
  } else {
    text += (targets_ == 1 ? first_target_ : std::to_string(targets_) + " targets") +
            ": listed by none of " + counted(tally.asked, targets_ == 1 ? "list" : "question");
  }
  if (status != kUnknown && tally.unjudged() > 0) {
    text += ", " + std::to_string(tally.unjudged()) + " not judged";
  }
  text += " | " + performance(tally) + '\n';
  const auto shown = std::min(listed_.size(), kMostLines);
  for (std::size_t i = 0; i < shown; ++i) text += listed_[i].text + '\n';
  if (tally.listed > shown) text += "and " + std::to_string(tally.listed - shown) + " more\n";
  return out_.write(text) && out_.flush();
}
