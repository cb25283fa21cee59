#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <unordered_map>

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
  static std::string key_of(const std::string& name, dns::Type type);

  std::size_t most_;
  std::unordered_map<std::string, Kept> kept_;
  std::deque<std::string> order_;  ///< keys as they came; those of `kept_`, each once
};

}  // namespace hagaki::dnsbl
