#include "web/crawl.h"

#include <algorithm>
#include <utility>

#include <fmt/core.h>

namespace hagaki::web {
namespace {

/// Links that wait are no more than so many times those that may be fetched.
constexpr std::size_t kWaitingTimes = 4;
/// A host that does not answer, fails or slows us down so often in a row is left in peace.
constexpr std::size_t kMostFailures = 5;

}  // namespace

Crawl::Crawl(PoliteFetcher& fetcher, net::WebUrl start, Options options, Page page, Trouble trouble,
             Ended ended)
    : fetcher_(fetcher),
      options_(options),
      page_(std::move(page)),
      trouble_(std::move(trouble)),
      ended_(std::move(ended)) {
  seen_.insert(start.text);
  waiting_.push_back({std::move(start), 0});
}

void Crawl::go_on() {
  paused_ = false;
  if (!under_way_) next();
}

void Crawl::next() {
  if (paused_) return;
  if (waiting_.empty() || fetched_ >= options_.most_pages) {
    // Once: the callback may destroy this.
    const Ended ended = std::move(ended_);
    if (ended) ended(waiting_.size());
    return;
  }
  under_way_ = true;
  ++fetched_;
  const Visit visit = std::move(waiting_.front());
  waiting_.pop_front();
  fetcher_.get(visit.url, host_, [this, visit](const Result<PoliteFetcher::Fetched>& fetched) {
    under_way_ = false;
    if (fetched) {
      failures_ = 0;
      take(visit, *fetched);
    } else {
      trouble_(fetched.error());
      failures_ = fetched.error().code == ErrorCode::Retry ? failures_ + 1 : 0;
    }
    if (failures_ == kMostFailures && !waiting_.empty()) give_up();
    next();
  });
}

void Crawl::give_up() {
  trouble_({ErrorCode::Retry,
            fmt::format("{} pages in a row could not be had; {} more are not asked for",
                        kMostFailures, waiting_.size()),
            waiting_.front().url.origin});
  waiting_.clear();
}

void Crawl::take(const Visit& visit, const PoliteFetcher::Fetched& fetched) {
  const auto& url = fetched.url;
  // A page that several lead to by redirections is read once.
  if (url.text != visit.url.text && !seen_.insert(url.text).second) return;
  if (host_.empty()) host_ = url.host;
  const bool deeper = visit.depth < options_.depth;
  const auto links = page_(fetched, deeper);
  if (deeper) follow(url, links, visit.depth + 1);
}

void Crawl::follow(const net::WebUrl& page, const PageLinks& links, unsigned depth) {
  net::WebUrl base = page;
  if (!links.base.empty()) {
    if (auto given = net::resolve_web_url(page, links.base)) base = std::move(*given);
  }
  const std::size_t most = std::min(options_.most_pages, SIZE_MAX / kWaitingTimes) * kWaitingTimes;
  for (const auto& link : links.links) {
    if (waiting_.size() >= most) return;
    auto url = net::resolve_web_url(base, link);
    if (!url || url->host != host_ || !seen_.insert(url->text).second) continue;
    waiting_.push_back({std::move(*url), depth});
  }
}

}  // namespace hagaki::web
