#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

#include "base/time.h"
#include "dns/resolver.h"

namespace hagaki::dnsbl {

/// Answers that were given a while ago and still hold by their TTL. What says nothing of how long
/// it holds, and what is no answer (silence, a refusal), is not kept. The oldest make room.
class AnswerCache {
 public:
  explicit AnswerCache(std::size_t most) : most_(most) {}

  /// The answer kept, or nullptr. Valid until the next call.
  const dns::Answer* find(const std::string& name, dns::Type type, Timestamp now);
  void keep(const std::string& name, dns::Type type, const dns::Answer& answer, Timestamp now);

 private:
  struct Kept {
    dns::Answer answer;
    Timestamp until;
  };
  using ByName = std::unordered_map<std::string, Kept>;

  std::size_t most_;
  std::map<dns::Type, ByName> kept_;
  std::deque<std::pair<dns::Type, std::string>> order_;  ///< those of `kept_` as they came
};

}  // namespace hagaki::dnsbl
