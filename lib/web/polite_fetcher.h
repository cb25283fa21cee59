#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "net/loop.h"
#include "net/web_client.h"
#include "net/web_url.h"

namespace hagaki::web {

/// Fetches pages as a robot with manners: what a site's robots.txt forbids is not asked for
/// (RFC 9309), a host gets one request at a time with a pause behind each, and redirections are
/// followed one by one, each as if it had been asked for. Must not outlive its loop.
class PoliteFetcher {
 public:
  struct Options {
    std::string agent = "hagaki";  ///< the product token that robots.txt may name
    std::string user_agent = "hagaki";
    std::string ca_file;  ///< empty: the system's
    std::size_t most_bytes = 10u << 20;
    std::chrono::milliseconds timeout{60'000};  ///< of one request
    std::chrono::milliseconds pause{1000};      ///< between two requests to a host; a longer
                                                ///< Crawl-delay counts instead
    bool allow_private = false;
    std::size_t hosts = 8;  ///< asked at once
  };

  /// A page, and where it was in the end.
  struct Fetched {
    net::WebUrl url;
    net::WebAnswer answer;
  };
  /// Errors of net::WebClient; Error::Denied where robots.txt forbids the page or cannot be read,
  /// or a redirection leads away from where it may; Error::Protocol for more than 5 redirections;
  /// Error::Unsupported for one to what is no web page. Of other answers than 200 and
  /// redirections Error::Retry for 429 and 5xx, else Error::NotFound.
  using Done = std::function<void(Result<Fetched>)>;

  PoliteFetcher(net::Loop& loop, Options options);
  /// Forgets what is under way: its `done` is not called.
  ~PoliteFetcher();
  PoliteFetcher(const PoliteFetcher&) = delete;
  PoliteFetcher& operator=(const PoliteFetcher&) = delete;

  /// `done` is called once, from the loop, never from inside get(). Where `within` is not empty a
  /// redirection to another host than this is not followed.
  void get(const net::WebUrl& url, const std::string& within, Done done);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace hagaki::web
