#include "dns/caching_resolver.h"

#include <algorithm>
#include <utility>

#include "dns/lookup.h"
#include "dns/names.h"

namespace hagaki::dns {

CachingResolver::CachingResolver(Resolver& inner, Options options)
    : inner_(inner), options_(std::move(options)) {}

void CachingResolver::query(const std::string& name, Type type, Done done) {
  const std::string normal = normal_name(name);
  const std::string key = std::to_string(static_cast<unsigned>(type)) + ' ' + normal;
  const auto [at, fresh] = entries_.try_emplace(key);
  Entry& entry = at->second;
  if (!fresh && !entry.waiting) {
    if (options_.now() < entry.until) {
      options_.defer([answer = entry.answer, done = std::move(done)] { done(answer); });
      return;
    }
    entry.waiting = true;
    entry.joined.push_back(std::move(done));
    ask(key, normal, type);
    return;
  }
  entry.joined.push_back(std::move(done));
  if (fresh) ask(key, normal, type);
}

void CachingResolver::ask(const std::string& key, const std::string& name, Type type) {
  ++asked_;
  inner_.query(name, type, [this, key](const Answer& answer) { arrived(key, answer); });
}

void CachingResolver::arrived(const std::string& key, const Answer& answer) {
  Entry& entry = entries_[key];
  entry.waiting = false;
  entry.answer = answer;
  entry.until = options_.now() + lifetime(answer);
  // Those who joined may ask again from inside, which moves entries.
  const auto joined = std::exchange(entry.joined, {});
  order_.push_back(key);
  make_room();
  for (const auto& done : joined) done(answer);
}

CachingResolver::Milliseconds CachingResolver::lifetime(const Answer& answer) const {
  if (is_temporary(answer.status)) return options_.failure;
  if (answer.status != Status::Ok) return options_.most;
  std::uint32_t ttl = UINT32_MAX;
  for (const auto& record : answer.records) ttl = std::min(ttl, record.ttl);
  const Milliseconds given = std::chrono::seconds(ttl);
  return std::clamp(given, options_.least, std::max(options_.least, options_.most));
}

void CachingResolver::make_room() {
  while (order_.size() > options_.max_entries) {
    const auto oldest = entries_.find(order_.front());
    // A question asked again stands in `order_` once more; it goes with its first place.
    if (oldest != entries_.end() && !oldest->second.waiting) entries_.erase(oldest);
    order_.pop_front();
  }
}

}  // namespace hagaki::dns
