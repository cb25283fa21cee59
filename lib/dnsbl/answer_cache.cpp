#include "dnsbl/answer_cache.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <utility>

namespace hagaki::dnsbl {
namespace {

/// An answer that claims to hold longer is not believed (RFC 2308 §5 speaks of days at most).
constexpr std::uint32_t kLongestTtl = 86400;

std::uint32_t seconds_good(const dns::Answer& answer) {
  std::uint32_t out = kLongestTtl;
  switch (answer.status) {
    case dns::Status::Ok:
      for (const auto& record : answer.records) out = std::min(out, record.ttl);
      return out;
    case dns::Status::NoData:
    case dns::Status::NxDomain:
      return std::min(out, answer.negative_ttl);
    default:
      return 0;
  }
}

}  // namespace

std::string AnswerCache::key_of(const std::string& name, dns::Type type) {
  std::string key = name;
  key += '/';
  key += static_cast<char>(type);
  return key;
}

const dns::Answer* AnswerCache::find(const std::string& name, dns::Type type, Timestamp now) {
  if (kept_.empty()) return nullptr;
  const auto found = kept_.find(key_of(name, type));
  if (found == kept_.end() || found->second.until <= now) return nullptr;
  return &found->second.answer;
}

void AnswerCache::keep(const std::string& name, dns::Type type, const dns::Answer& answer,
                       Timestamp now) {
  const auto seconds = seconds_good(answer);
  if (seconds == 0 || most_ == 0) return;
  const auto until = now + std::chrono::seconds(seconds);
  auto key = key_of(name, type);
  if (const auto known = kept_.find(key); known != kept_.end()) {
    known->second = {answer, until};
    return;
  }
  if (order_.size() >= most_) {
    kept_.erase(order_.front());
    order_.pop_front();
  }
  order_.push_back(key);
  kept_.emplace(std::move(key), Kept{answer, until});
}

}  // namespace hagaki::dnsbl
