#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_map>

namespace hagaki::delivery {

/// Finds out whether our network lets nobody reach port 25: whatever host is tried there, nothing
/// comes back.
class PortWatch {
 public:
  static constexpr std::uint16_t kSmtp = 25;

  /// A connection came about, whatever the server said then.
  void connected(std::uint16_t port) { open_ = open_ || port == kSmtp; }
  /// None did. `timed_out`: nothing came back; else the host or our own system said no.
  void failed(std::uint16_t port, const std::string& host, bool timed_out) {
    if (port != kSmtp || open_) return;
    // Of very many silent hosts not each is remembered; that one answered is.
    if (timed_out && silent_.size() >= kEnough && !silent_.contains(host)) return;
    bool& silent = silent_[host];
    silent = silent || timed_out;
  }

  /// Hosts that were tried, where not one could be reached and each was silent at least once; else
  /// 0. Counts no further than 10,000.
  [[nodiscard]] std::size_t silent_hosts() const {
    const bool all =
        std::all_of(silent_.begin(), silent_.end(), [](const auto& entry) { return entry.second; });
    return open_ || !all ? 0 : silent_.size();
  }

 private:
  static constexpr std::size_t kEnough = 10'000;
  bool open_ = false;
  std::unordered_map<std::string, bool> silent_;  // by host
};

}  // namespace hagaki::delivery
