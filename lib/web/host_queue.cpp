#include "web/host_queue.h"

#include <algorithm>
#include <utility>

namespace hagaki::web {

HostQueue::HostQueue(net::Loop& loop, std::chrono::milliseconds pause, std::size_t hosts)
    : loop_(loop), pause_(pause), free_(std::max<std::size_t>(hosts, 1)) {}

void HostQueue::add(const std::string& host, Request request) {
  hosts_[host].waiting.push_back(std::move(request));
  schedule();
}

void HostQueue::slow_down(const std::string& host, std::chrono::milliseconds pause) {
  auto& slowed = hosts_[host].pause;
  slowed = std::max(slowed, pause);
}

void HostQueue::schedule() {
  if (std::exchange(scheduled_, true)) return;
  loop_.post([this, weak = std::weak_ptr<int>(alive_)] {
    if (weak.expired()) return;
    scheduled_ = false;
    start();
  });
}

void HostQueue::start() {
  for (auto& [name, host] : hosts_) {
    if (free_ == 0) return;
    if (host.busy || host.waiting.empty()) continue;
    host.busy = true;
    --free_;
    const Request request = std::move(host.waiting.front());
    host.waiting.pop_front();
    request([this, &host, weak = std::weak_ptr<int>(alive_)] {
      if (!weak.expired()) ended(host);
    });
  }
}

void HostQueue::ended(Host& host) {
  ++free_;
  if (!host.timer) host.timer = std::make_unique<net::Timer>(loop_);
  host.timer->start(std::max(pause_, host.pause), [this, &host] {
    host.busy = false;
    schedule();
  });
  schedule();
}

}  // namespace hagaki::web
