#include "dnsbl/answer_cache.h"

#include <algorithm>
#include <chrono>
#include <cstdint>

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

const dns::Answer* AnswerCache::find(const std::string& name, dns::Type type, Timestamp now) {
  const auto of_type = kept_.find(type);
  if (of_type == kept_.end()) return nullptr;
  const auto found = of_type->second.find(name);
  if (found == of_type->second.end() || found->second.until <= now) return nullptr;
  return &found->second.answer;
}

void AnswerCache::keep(const std::string& name, dns::Type type, const dns::Answer& answer,
                       Timestamp now) {
  const auto seconds = seconds_good(answer);
  if (seconds == 0 || most_ == 0) return;
  const auto until = now + std::chrono::seconds(seconds);
  auto& of_type = kept_[type];
  if (const auto known = of_type.find(name); known != of_type.end()) {
    known->second = {answer, until};
    return;
  }
  if (order_.size() >= most_) {
    const auto& [oldest_type, oldest] = order_.front();
    kept_[oldest_type].erase(oldest);
    order_.pop_front();
  }
  order_.emplace_back(type, name);
  of_type.emplace(name, Kept{answer, until});
}

}  // namespace hagaki::dnsbl
