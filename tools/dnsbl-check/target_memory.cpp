#include "target_memory.h"

#include <algorithm>
#include <iterator>

using hagaki::dns::IpAddress;

namespace {

/// The address behind `ip`; `ip` itself where it is the last of its family.
IpAddress behind(const IpAddress& ip) {
  IpAddress out = ip;
  for (std::size_t i = out.size(); i-- > 0;) {
    if (++out.bytes[i] != 0) return out;
  }
  return ip;
}

}  // namespace

bool TargetMemory::has(const IpAddress& ip) const {
  auto at = ranges_.upper_bound(ip);
  return at != ranges_.begin() && ip <= std::prev(at)->second;
}

void TargetMemory::add(IpAddress first, IpAddress last) {
  // The range before it may reach up to it.
  auto at = ranges_.upper_bound(first);
  if (at != ranges_.begin()) {
    const auto before = std::prev(at);
    if (before->first.v6 == first.v6 && first <= behind(before->second)) {
      first = before->first;
      last = std::max(last, before->second);
      at = ranges_.erase(before);
    }
  }
  while (at != ranges_.end() && at->first.v6 == first.v6 && at->first <= behind(last)) {
    last = std::max(last, at->second);
    at = ranges_.erase(at);
  }
  if (!is_full()) ranges_.emplace(first, last);
}

void TargetMemory::add(const std::string& domain) {
  if (!is_full()) domains_.insert(domain);
}
