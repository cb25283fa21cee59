#include "prometheus_report.h"

#include <chrono>
#include <string_view>
#include <utility>

#include "base/text.h"

using namespace hagaki;

namespace {

/// Targets whose clean answers have a sample too. Of more, what is listed has one: a sweep would
/// make a series of each address and list.
constexpr std::size_t kWatched = 64;
/// The most samples of single answers; the rest is counted.
constexpr std::size_t kMostSeries = 20'000;

/// A label's value: backslash, quote and line end are escaped.
std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : printable(text)) {
    if (c == '\\' || c == '"') out += '\\';
    out += c;
  }
  return out + '"';
}

std::string labels(const dnsbl::Listing& listing) {
  return "{target=" + quoted(listing.target.text) + ",zone=" + quoted(listing.zone->zone) +
         ",list=" + quoted(std::string(dnsbl::list_name(listing.zone->list))) + ",major=\"" +
         (listing.zone->major ? "yes" : "no") + '"';
}

std::string head(std::string_view name, std::string_view help) {
  return "# HELP " + std::string(name) + ' ' + std::string(help) + "\n# TYPE " + std::string(name) +
         " gauge\n";
}

std::string metric(std::string_view name, std::string_view help, std::size_t value) {
  return head(name, help) + std::string(name) + ' ' + std::to_string(value) + '\n';
}

}  // namespace

bool PrometheusReport::add(const dnsbl::Target& /*target*/, std::vector<dnsbl::Listing> rows) {
  ++targets_;
  for (const auto& row : rows) {
    const auto outcome = row.verdict.outcome;
    if (outcome != dnsbl::Outcome::Listed && targets_ > kWatched) continue;
    if (samples_.size() < kMostSeries) {
      samples_.push_back({row.zone, row.target.kind, outcome, labels(row)});
    } else {
      ++left_out_;
    }
  }
  return true;
}

bool PrometheusReport::disqualified(const dnsbl::Zone& zone, dnsbl::Kind kind,
                                    const std::string& /*why*/) {
  for (auto& sample : samples_) {
    const bool refuted =
        sample.zone == &zone && sample.kind == kind && sample.outcome == dnsbl::Outcome::Listed;
    if (refuted) sample.outcome = dnsbl::Outcome::Error;
  }
  return true;
}

bool PrometheusReport::finish(const Tally& tally, const Ending& ending) {
  std::string judged;
  std::string unjudged;
  for (const auto& sample : samples_) {
    if (sample.outcome == dnsbl::Outcome::Listed || sample.outcome == dnsbl::Outcome::NotListed) {
      const bool listed = sample.outcome == dnsbl::Outcome::Listed;
      judged += "hagaki_dnsbl_listed" + sample.labels + (listed ? "} 1\n" : "} 0\n");
    } else {
      unjudged += "hagaki_dnsbl_unjudged" + sample.labels +
                  ",result=" + quoted(std::string(dnsbl::outcome_name(sample.outcome))) + "} 1\n";
    }
  }
  std::string text;
  if (!judged.empty()) {
    text += head("hagaki_dnsbl_listed", "Whether a list has an entry for the target.") + judged;
  }
  if (!unjudged.empty()) {
    text +=
        head("hagaki_dnsbl_unjudged", "A list that gave no answer about the target.") + unjudged;
  }
  text += head("hagaki_dnsbl_answers", "Answers of lists, by what they came to.");
  const auto answers = [&text](std::string_view result, std::size_t count) {
    text += "hagaki_dnsbl_answers{result=\"" + std::string(result) + "\"} " +
            std::to_string(count) + '\n';
  };
  answers("listed", tally.listed);
  answers("rated", tally.rated);
  answers("allowed", tally.allowed);
  answers("clean", tally.clean);
  answers("refused", tally.refused);
  answers("error", tally.errors);
  answers("timeout", tally.timeouts);
  text += metric("hagaki_dnsbl_targets", "Addresses and domains asked about.", tally.targets);
  text += metric("hagaki_dnsbl_targets_listed", "Of these, on a block list.", tally.targets_listed);
  text +=
      metric("hagaki_dnsbl_series_left_out", "Answers too many to have a sample each.", left_out_);
  text += metric("hagaki_dnsbl_exit_status", "0 clean, 1 listed, 75 could not be judged.",
                 static_cast<std::size_t>(ending.exit));
  const auto seconds =
      std::chrono::duration_cast<std::chrono::seconds>(now_().time_since_epoch()).count();
  text += head("hagaki_dnsbl_last_run_timestamp_seconds", "When the run ended.") +
          "hagaki_dnsbl_last_run_timestamp_seconds " + std::to_string(seconds) + '\n';
  return out_.write(text) && out_.flush();
}
