#include "web/polite_fetcher.h"

#include <map>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/core.h>

#include "base/text.h"
#include "web/host_queue.h"
#include "web/robots.h"

namespace hagaki::web {
namespace {

constexpr int kMostRedirections = 5;
constexpr long kTooManyRequests = 429;

bool is_redirection(long status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

/// One page on its way, over redirections.
struct Journey {
  net::WebUrl url;
  std::string within;
  int redirections = 0;
  PoliteFetcher::Done done;
};

/// What is known of a site's robots.txt.
struct Site {
  std::optional<Robots> robots;
  std::optional<Error> unread;  ///< why it could not be read, which forbids all
  std::vector<std::function<void()>> waiting;
};

}  // namespace

struct PoliteFetcher::State {
  State(net::Loop& the_loop, Options the_options)
      : loop(the_loop),
        options(std::move(the_options)),
        client(the_loop),
        queue(the_loop, options.pause, options.hosts) {}

  net::Loop& loop;
  Options options;
  std::map<std::string, Site> sites;  // by origin
  net::WebClient client;
  HostQueue queue;
  std::shared_ptr<int> alive = std::make_shared<int>(0);

  void request(const net::WebUrl& url, std::size_t most_bytes, net::WebClient::Done done);
  void with_robots(const net::WebUrl& url, const std::function<void()>& then);
  void read_robots(const net::WebUrl& site, const net::WebUrl& from, int redirections);
  void know(const net::WebUrl& url, Robots robots, std::optional<Error> unread = std::nullopt);
  void go(const std::shared_ptr<Journey>& journey);
  void arrived(const std::shared_ptr<Journey>& journey, Result<net::WebAnswer> answer);
};

void PoliteFetcher::State::request(const net::WebUrl& url, std::size_t most_bytes,
                                   net::WebClient::Done done) {
  net::WebRequest request;
  request.url = url.text;
  request.user_agent = options.user_agent;
  request.ca_file = options.ca_file;
  request.most_bytes = most_bytes;
  request.timeout = options.timeout;
  request.allow_private = options.allow_private;
  queue.add(url.host, [this, request, done = std::move(done)](const HostQueue::Ended& ended) {
    client.get(request, [done, ended](Result<net::WebAnswer> answer) {
      // What is asked for next waits behind a pause that this answer may make longer.
      done(std::move(answer));
      ended();
    });
  });
}

/// Calls `then` once the robots.txt of the URL's site is known.
void PoliteFetcher::State::with_robots(const net::WebUrl& url, const std::function<void()>& then) {
  auto [at, fresh] = sites.try_emplace(url.origin);
  if (at->second.robots) {
    loop.post([then, weak = std::weak_ptr<int>(alive)] {
      if (!weak.expired()) then();
    });
    return;
  }
  at->second.waiting.push_back(then);
  if (!fresh) return;
  if (const auto from = net::resolve_web_url(url, "/robots.txt")) {
    read_robots(url, *from, 0);
  } else {
    know(url, Robots::forbid_all(), from.error());
  }
}

void PoliteFetcher::State::read_robots(const net::WebUrl& site, const net::WebUrl& from,
                                       int redirections) {
  request(from, Robots::kMostBytes,
          [this, site, from, redirections](const Result<net::WebAnswer>& answer) {
            if (!answer) return know(site, Robots::forbid_all(), answer.error());
            const long status = answer->status;
            if (is_redirection(status) && !answer->location.empty()) {
              const auto next = net::resolve_web_url(from, answer->location);
              if (!next) return know(site, Robots::forbid_all(), next.error());
              // More than five count as none (RFC 9309 §2.3.1.2).
              if (redirections == kMostRedirections) return know(site, Robots::allow_all());
              return read_robots(site, *next, redirections + 1);
            }
            if (status == 200) return know(site, Robots::parse(answer->body, options.agent));
            if (status >= 400 && status < 500 && status != kTooManyRequests) {
              return know(site, Robots::allow_all());
            }
            know(site, Robots::forbid_all(),
                 Error{status >= 500 || status == kTooManyRequests ? ErrorCode::Retry
                                                                   : ErrorCode::Protocol,
                       fmt::format("status {}", status),
                       {}});
          });
}

void PoliteFetcher::State::know(const net::WebUrl& url, Robots robots,
                                std::optional<Error> unread) {
  auto& site = sites[url.origin];
  if (const auto delay = robots.delay()) queue.slow_down(url.host, *delay);
  site.robots = std::move(robots);
  site.unread = std::move(unread);
  for (const auto& then : std::exchange(site.waiting, {})) then();
}

void PoliteFetcher::State::go(const std::shared_ptr<Journey>& journey) {
  with_robots(journey->url, [this, journey] {
    const Site& site = sites[journey->url.origin];
    if (!site.robots->allows(journey->url.target)) {
      const auto& unread = site.unread;
      journey->done(
          unread ? fail(unread->code,
                        "robots.txt cannot be read, which counts as forbidden: " + unread->message,
                        journey->url.text)
                 : fail(ErrorCode::Denied, "robots.txt forbids it", journey->url.text));
      return;
    }
    request(journey->url, options.most_bytes, [this, journey](Result<net::WebAnswer> answer) {
      arrived(journey, std::move(answer));
    });
  });
}

void PoliteFetcher::State::arrived(const std::shared_ptr<Journey>& journey,
                                   Result<net::WebAnswer> answer) {
  const auto give_up = [&](ErrorCode code, std::string why) {
    journey->done(fail(code, std::move(why), journey->url.text));
  };
  if (!answer) return give_up(answer.error().code, answer.error().message);
  if (is_redirection(answer->status) && !answer->location.empty()) {
    auto next = net::resolve_web_url(journey->url, answer->location);
    if (!next) {
      return give_up(next.error().code, "it redirects to " + printable(answer->location) + ": " +
                                            next.error().message);
    }
    if (++journey->redirections > kMostRedirections) {
      return give_up(ErrorCode::Protocol, "more than 5 redirections");
    }
    if (!journey->within.empty() && next->host != journey->within) {
      return give_up(ErrorCode::Denied, "it redirects to another host: " + printable(next->text));
    }
    journey->url = std::move(*next);
    return go(journey);
  }
  if (answer->status != 200) {
    const bool later = answer->status >= 500 || answer->status == kTooManyRequests;
    return give_up(later ? ErrorCode::Retry : ErrorCode::NotFound,
                   fmt::format("the web server answers with status {}", answer->status));
  }
  journey->done(Fetched{journey->url, std::move(*answer)});
}

PoliteFetcher::PoliteFetcher(net::Loop& loop, Options options)
    : state_(std::make_unique<State>(loop, std::move(options))) {}
PoliteFetcher::~PoliteFetcher() = default;

void PoliteFetcher::get(const net::WebUrl& url, const std::string& within, Done done) {
  auto journey = std::make_shared<Journey>();
  journey->url = url;
  journey->within = within;
  journey->done = std::move(done);
  state_->go(journey);
}

}  // namespace hagaki::web
