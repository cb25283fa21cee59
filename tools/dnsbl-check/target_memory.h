#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>

#include "dns/ip.h"

/// What was asked about already: ranges of addresses, and domains. Its size is bounded; what comes
/// when it is full is not remembered.
class TargetMemory {
 public:
  explicit TargetMemory(std::size_t most = 65'536) : most_(most) {}

  [[nodiscard]] bool has(const hagaki::dns::IpAddress& ip) const;
  [[nodiscard]] bool has(const std::string& domain) const { return domains_.count(domain) > 0; }
  /// Takes in all from `first` to `last`, of one family.
  void add(hagaki::dns::IpAddress first, hagaki::dns::IpAddress last);
  void add(const std::string& domain);

 private:
  [[nodiscard]] bool is_full() const { return ranges_.size() + domains_.size() >= most_; }

  std::size_t most_;
  /// First to last address; disjoint, and never one right behind another.
  std::map<hagaki::dns::IpAddress, hagaki::dns::IpAddress> ranges_;
  std::set<std::string> domains_;
};
