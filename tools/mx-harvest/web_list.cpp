#include "web_list.h"

#include <algorithm>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <iterator>
#include <mutex>
#include <thread>
#include <utility>

#include <fmt/core.h>

#include "base/text.h"
#include "net/loop.h"
#include "web/crawl.h"
#include "web_page.h"

using namespace hagaki;

namespace {

constexpr std::size_t kEnough = 4096;   ///< rows that wait, of all sites together
constexpr std::size_t kMostNotes = 20;  ///< of one site

/// What was read of one site, on its way from one thread to the other.
struct Site {
  Batch found;
  std::size_t notes = 0;
  bool begun = false;  ///< its first page came, or why it did not
  bool ended = false;
  bool paused = false;
  std::unique_ptr<web::Crawl> crawl;  ///< of the reading thread alone
};

/// A URL that could not be read, without the user and password that may stand in it.
std::string without_user(std::string url) {
  const auto begin = url.find("://");
  const auto at = url.rfind('@');
  if (begin != std::string::npos && at != std::string::npos && at > begin) {
    url.erase(begin + 3, at - begin - 2);
  }
  return url;
}

class WebList : public ListReader {
 public:
  WebList(std::vector<std::string> urls, const Settings& settings)
      : urls_(std::move(urls)), settings_(settings), sites_(urls_.size()) {
    thread_ = std::thread([this] { fetch(); });
  }
  ~WebList() override {
    {
      const std::lock_guard lock(mutex_);
      if (loop_) loop_->post([loop = loop_] { loop->stop(); });
      given_up_ = true;
    }
    thread_.join();
  }

  Result<bool> read(Batch& batch, std::size_t) override {
    std::unique_lock lock(mutex_);
    while (at_ < sites_.size()) {
      auto& site = sites_[at_];
      if (site.found.rows.size() < kEnough) wake(site);
      news_.wait(lock, [&] { return has_news(site); });
      hand_over(site, batch);
      if (!site.ended || !site.found.rows.empty()) return true;
      ++at_;
      if (filled(batch) > 0) return true;
    }
    return false;
  }

 private:
  static bool has_news(const Site& site) {
    const auto& found = site.found;
    return site.ended || filled(found) > 0 || !found.notes.empty() || !found.problems.empty() ||
           found.details.size() >= kEnough;
  }

  /// Under the lock.
  void hand_over(Site& site, Batch& batch) {
    const auto move_all = [](auto& from, auto& to) {
      std::move(from.begin(), from.end(), std::back_inserter(to));
      from.clear();
    };
    auto& rows = site.found.rows;
    const auto some = rows.begin() + static_cast<std::ptrdiff_t>(std::min(rows.size(), kEnough));
    std::move(rows.begin(), some, std::back_inserter(batch.rows));
    waiting_rows_ -= static_cast<std::size_t>(some - rows.begin());
    rows.erase(rows.begin(), some);
    move_all(site.found.problems, batch.problems);
    move_all(site.found.notes, batch.notes);
    move_all(site.found.details, batch.details);
    if (rows.size() < kEnough) wake(site);
  }

  /// Lets a crawl that waits go on; under the lock.
  void wake(Site& site) {
    if (!std::exchange(site.paused, false) || loop_ == nullptr) return;
    loop_->post([&site] {
      if (site.crawl) site.crawl->go_on();
    });
  }

  // The reading thread.

  void fetch() {
    net::Loop loop;
    {
      const std::lock_guard lock(mutex_);
      if (given_up_) return;
      loop_ = &loop;
    }
    web::PoliteFetcher fetcher(loop, settings_.web.fetching);
    loop.hold();
    open_ = sites_.size();
    for (std::size_t i = 0; i < sites_.size(); ++i) begin(i, fetcher, loop);
    loop.run();
    const std::lock_guard lock(mutex_);
    for (auto& site : sites_) site.crawl.reset();
    loop_ = nullptr;
  }

  void begin(std::size_t i, web::PoliteFetcher& fetcher, net::Loop& loop) {
    auto& site = sites_[i];
    const auto url = net::parse_web_url(urls_[i]);
    if (!url) {
      trouble(site, {url.error().code, url.error().message, without_user(urls_[i])});
      return end(site, loop);
    }
    site.crawl = std::make_unique<web::Crawl>(
        fetcher, *url, settings_.web.crawling,
        [this, &site](const auto& page, bool wants_links) { return take(site, page, wants_links); },
        [this, &site](const Error& error) { trouble(site, error); },
        [this, &site, &loop](std::size_t unread) {
          if (unread > 0) {
            trouble(site,
                    {ErrorCode::Limit,
                     fmt::format("{} known and not read (--max-pages)", counted(unread, "page")),
                     {}});
          }
          end(site, loop);
        });
    site.crawl->go_on();
  }

  web::PageLinks take(Site& site, const web::PoliteFetcher::Fetched& page, bool wants_links) {
    auto read = read_web_page(page, wants_links, settings_);
    if (!read) {
      trouble(site, read.error());
      return {};
    }
    tell([&] {
      site.begun = true;
      auto& found = site.found;
      found.details.push_back(
          fmt::format("{}: {}", printable(page.url.text), counted(read->rows.size(), "address")));
      if (page.answer.truncated) {
        found.problems.push_back({ErrorCode::Limit,
                                  "the page is longer than --max-page; its beginning was read",
                                  printable(page.url.text)});
      }
      waiting_rows_ += read->rows.size();
      std::move(read->rows.begin(), read->rows.end(), std::back_inserter(found.rows));
      // Only the site whose rows are wanted goes on while enough of others wait.
      const bool wanted = at_ < sites_.size() && &site == &sites_[at_];
      site.paused = found.rows.size() >= kEnough || (!wanted && waiting_rows_ >= kEnough);
      if (site.paused) site.crawl->pause();
    });
    return std::move(read->links);
  }

  /// Why a page could not be read. Of a page that a link led to it is a note.
  void trouble(Site& site, Error error) {
    error.context = printable(error.context);
    tell([&] {
      if (!std::exchange(site.begun, true)) {
        site.found.problems.push_back(std::move(error));
      } else if (++site.notes <= kMostNotes) {
        site.found.notes.push_back(error.text());
      } else {
        site.found.details.push_back(error.text());
      }
    });
  }

  void end(Site& site, net::Loop& loop) {
    tell([&] {
      if (site.notes > kMostNotes) {
        site.found.notes.push_back(fmt::format("{} more that were not read (--verbose)",
                                               counted(site.notes - kMostNotes, "page")));
      }
      site.ended = true;
    });
    if (--open_ == 0) loop.release();
  }

  template <class Change>
  void tell(Change change) {
    const std::lock_guard lock(mutex_);
    change();
    news_.notify_one();
  }

  const std::vector<std::string> urls_;
  const Settings& settings_;
  std::mutex mutex_;
  std::condition_variable news_;
  std::deque<Site> sites_;
  net::Loop* loop_ = nullptr;
  bool given_up_ = false;
  std::size_t at_ = 0;            ///< the site that is handed over
  std::size_t waiting_rows_ = 0;  ///< of all sites
  std::size_t open_ = 0;          ///< sites that have not ended; of the reading thread
  std::thread thread_;
};

}  // namespace

bool is_web_source(std::string_view name) {
  return ascii_istarts_with(name, "http://") || ascii_istarts_with(name, "https://");
}

std::unique_ptr<ListReader> web_list(std::vector<std::string> urls, const Settings& settings) {
  return std::make_unique<WebList>(std::move(urls), settings);
}
