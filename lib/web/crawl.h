#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <string>
#include <unordered_set>
#include <vector>

#include "web/page_links.h"
#include "web/polite_fetcher.h"

namespace hagaki::web {

/// Reads the pages of a site, breadth first: a page, then those it links to within its host, and so
/// on; each once. One page at a time, so their order is always the same. Five in a row that could
/// only be had later, if at all, end it.
class Crawl {
 public:
  struct Options {
    unsigned depth = 0;             ///< links followed one behind the other; 0: the page alone
    std::size_t most_pages = 1000;  ///< fetched
  };
  /// Takes a page in; returns where it leads to, which is asked for only where `wants_links`.
  using Page = std::function<PageLinks(const PoliteFetcher::Fetched& page, bool wants_links)>;
  /// Hears why a page cannot be had.
  using Trouble = std::function<void(const Error& error)>;
  /// Called once at the end; with how many known pages were left unread for `most_pages`.
  using Ended = std::function<void(std::size_t unread)>;

  /// `fetcher` must outlive the crawl.
  Crawl(PoliteFetcher& fetcher, net::WebUrl start, Options options, Page page, Trouble trouble,
        Ended ended);
  Crawl(const Crawl&) = delete;
  Crawl& operator=(const Crawl&) = delete;

  /// Begins, or goes on after pause().
  void go_on();
  /// Nothing is fetched behind the page that is under way.
  void pause() { paused_ = true; }

 private:
  struct Visit {
    net::WebUrl url;
    unsigned depth = 0;
  };

  void next();
  void take(const Visit& visit, const PoliteFetcher::Fetched& fetched);
  void give_up();
  void follow(const net::WebUrl& base, const PageLinks& links, unsigned depth);

  PoliteFetcher& fetcher_;
  Options options_;
  Page page_;
  Trouble trouble_;
  Ended ended_;
  std::string host_;  ///< of the first page, where it was in the end
  std::deque<Visit> waiting_;
  std::unordered_set<std::string> seen_;
  std::size_t fetched_ = 0;
  std::size_t failures_ = 0;  ///< in a row
  bool paused_ = false;
  bool under_way_ = false;
};

}  // namespace hagaki::web
