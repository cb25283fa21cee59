#include "rules/admission.h"

#include "base/loose_time.h"
#include "base/text.h"

namespace hagaki::rules {
namespace {

bool is_web_page(std::string_view ref) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (ascii_istarts_with(ref, scheme)) return ref.size() > scheme.size();
  }
  return false;
}

}  // namespace

void Headcount::count(std::string_view key) {
  if (bulk_) return;
  keys_.emplace(key);
  bulk_ = keys_.size() >= kBulk;
  if (bulk_) keys_ = {};
}

/// Why an address from a web page may not be mailed; empty when it may.
std::string Admission::untraced(const ConsentFacts& facts) const {
  if (!settings_.allow_published) {
    return "the address was taken from a web page, and --allow-published is not given";
  }
  std::string lacking;
  const auto lack = [&lacking](std::string_view what) {
    lacking.append(lacking.empty() ? "" : ", ").append(what);
  };
  if (!is_web_page(facts.ref)) lack("the page (provenance.ref, an http or https URL)");
  if (!parse_loose_time(facts.found_at)) lack("the date (provenance.at)");
  if (facts.notice != ConsentFacts::Notice::None) {
    lack("that there is no notice against advertising (provenance.no_ads_notice: false)");
  }
  return lacking.empty() ? lacking : "the record does not show " + lacking;
}

Verdict Admission::judge(const ConsentFacts& facts) const {
  Verdict verdict;
  if (ascii_iequals(facts.method, "generated")) {
    verdict.refusals.push_back({"generated", "the address was made up, not given by anybody"});
    return verdict;
  }
  if (settings_.transactional) return verdict;
  if (auto refusal = settings_.consent.forbids(facts, settings_.now)) {
    verdict.refusals.push_back(std::move(*refusal));
    return verdict;
  }
  verdict.in_bulk_only = true;
  const bool web = ascii_iequals(facts.method, "web");
  if (web) {
    std::string reason = untraced(facts);
    if (!reason.empty()) verdict.refusals.push_back({"from-web", std::move(reason)});
  }
  if (auto refusal = settings_.consent.lacks(facts)) {
    const bool no_basis = facts.basis.empty();
    // What a published address must show is shown: that is its basis.
    const bool published = web && no_basis && verdict.refusals.empty();
    verdict.on_assertion = no_basis && !published && settings_.asserted;
    if (!published && !verdict.on_assertion) verdict.refusals.push_back(std::move(*refusal));
  }
  verdict.refusals.insert(verdict.refusals.end(), settings_.faults.begin(), settings_.faults.end());
  return verdict;
}

}  // namespace hagaki::rules
