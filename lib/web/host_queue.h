#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "net/loop.h"

namespace hagaki::web {

/// Lets requests to hosts go: one at a time to each, with a pause behind it, and to so many hosts
/// at once. Must not outlive its loop.
class HostQueue {
 public:
  /// A request; calls `ended` once when it is over.
  using Ended = std::function<void()>;
  using Request = std::function<void(Ended ended)>;

  HostQueue(net::Loop& loop, std::chrono::milliseconds pause, std::size_t hosts);

  /// Starts `request` when it is the host's turn, never from inside add().
  void add(const std::string& host, Request request);
  /// From now on the pause behind a request to `host` is no shorter than this.
  void slow_down(const std::string& host, std::chrono::milliseconds pause);

 private:
  struct Host {
    std::deque<Request> waiting;
    std::chrono::milliseconds pause{0};
    bool busy = false;  ///< a request is under way, or the pause behind it
    std::unique_ptr<net::Timer> timer;
  };

  void schedule();
  void start();
  void ended(Host& host);

  net::Loop& loop_;
  std::chrono::milliseconds pause_;
  std::size_t free_;
  bool scheduled_ = false;
  std::map<std::string, Host> hosts_;
  std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

}  // namespace hagaki::web
