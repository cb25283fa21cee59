#include "rules/source_pool.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include <fmt/core.h>

#include "address/domain.h"
#include "base/text.h"
#include "rules/key_hash.h"

namespace hagaki::rules {
namespace {

constexpr unsigned kMostWeight = 1000;
// Any other would give every recipient another address. Nobody gains by choosing his.
constexpr std::string_view kSeed = "hagaki source ip";

tl::unexpected<Error> wrong(std::string_view text, std::string_view why) {
  return fail(ErrorCode::Syntax, fmt::format("{}: {}", printable(text), why));
}

/// A number above 0 and below 1, by which all texts are spread evenly.
double spread(std::uint64_t hash) {
  return (static_cast<double>(hash >> 11U) + 0.5) / static_cast<double>(1ULL << 53U);
}

}  // namespace

Result<SourceAddress> parse_source(std::string_view text) {
  SourceAddress out;
  const auto query = text.find('?');
  const auto ip = dns::parse_ip(text.substr(0, query));
  if (!ip) return wrong(text, "an IP address is 192.0.2.1 or 2001:db8::1");
  out.ip = *ip;
  if (query == std::string_view::npos) return out;
  for (const auto pair : split(text.substr(query + 1), '&')) {
    if (pair.starts_with("weight=")) {
      const auto weight = parse_unsigned(pair.substr(7), kMostWeight);
      if (!weight || *weight == 0) return wrong(text, "weight is a number from 1 to 1000");
      out.weight = static_cast<unsigned>(*weight);
    } else if (pair.starts_with("helo=")) {
      const auto helo = Domain::parse(pair.substr(5));
      if (!helo) return wrong(text, "helo is a host name: " + helo.error().message);
      out.helo = helo->ascii();
    } else {
      return wrong(text, "behind \"?\" stand weight=N and helo=NAME, with \"&\" between them");
    }
  }
  return out;
}

Result<SourcePool> SourcePool::make(std::vector<SourceAddress> addresses) {
  if (addresses.size() > kMost) {
    return fail(ErrorCode::Syntax, fmt::format("more than {} addresses", kMost));
  }
  SourcePool out;
  std::set<dns::IpAddress> seen;
  for (const auto& address : addresses) {
    out.names_.push_back(address.ip.text());
    if (!seen.insert(address.ip).second) {
      return fail(ErrorCode::Syntax, out.names_.back() + " stands twice");
    }
  }
  out.addresses_ = std::move(addresses);
  return out;
}

SourcePool SourcePool::without(const std::vector<dns::IpAddress>& addresses) const {
  SourcePool out;
  for (std::size_t i = 0; i < addresses_.size(); ++i) {
    if (std::find(addresses.begin(), addresses.end(), addresses_[i].ip) != addresses.end()) {
      continue;
    }
    out.addresses_.push_back(addresses_[i]);
    out.names_.push_back(names_[i]);
  }
  return out;
}

std::vector<std::size_t> SourcePool::order(std::string_view key) const {
  std::vector<std::size_t> places(addresses_.size());
  std::iota(places.begin(), places.end(), std::size_t{0});
  if (places.size() < 2) return places;
  static const KeyHasher hash(kSeed);
  std::vector<double> distance;
  distance.reserve(places.size());
  for (std::size_t i = 0; i < places.size(); ++i) {
    std::string both(key);
    both += '\0';
    both += names_[i];
    distance.push_back(-std::log(spread(hash(both))) / addresses_[i].weight);
  }
  std::sort(places.begin(), places.end(), [&distance](std::size_t one, std::size_t other) {
    return distance[one] < distance[other];
  });
  return places;
}

}  // namespace hagaki::rules
