#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "delivery/campaign.h"
#include "dns/ip.h"

namespace hagaki::delivery {

/// An address of ours that mail goes out from.
struct Source {
  std::string ip;  ///< empty: the system chooses
  bool v6 = false;
  std::string helo;
  double share = 1;  ///< of the recipients, above 0 to 1
  /// It has sent what it may while it is warmed up, and sends nothing before, but for what is given
  /// back of that.
  std::chrono::milliseconds full_until{};
  std::chrono::milliseconds ask_again{};  ///< other processes may give something back, too

  [[nodiscard]] bool is_full(std::chrono::milliseconds now) const {
    return now < full_until && now < ask_again;
  }
  /// Whether it can reach an address.
  [[nodiscard]] bool reaches(const dns::IpAddress& host) const {
    return ip.empty() || host.v6 == v6;
  }
  /// What it may have of the sessions that a server gets, so that it leaves room for the others.
  [[nodiscard]] int share_of(int sessions) const;
  /// Where its lane to `server` stands among all lanes.
  [[nodiscard]] std::string lane_name(const std::string& server) const {
    return ip.empty() ? server : server + " " + ip;
  }
};

/// Knows our addresses.
class Sources {
 public:
  explicit Sources(const Options& options);

  /// A recipient's (`key`: Address::key()), best first: the same in every run.
  [[nodiscard]] std::vector<Source*> order(std::string_view key) const;
  [[nodiscard]] bool several() const { return all_.size() > 1; }
  /// At least one.
  [[nodiscard]] const std::vector<std::unique_ptr<Source>>& all() const { return all_; }
  [[nodiscard]] Source& first() const { return *all_.front(); }
  /// Whether it is the name of one of them in EHLO.
  [[nodiscard]] bool present(std::string_view name) const;

 private:
  const rules::SourcePool& pool_;
  std::vector<std::unique_ptr<Source>> all_;
};

}  // namespace hagaki::delivery
