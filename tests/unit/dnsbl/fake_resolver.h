#pragma once

#include <deque>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "dns/resolver.h"

namespace fake {

inline hagaki::dns::Answer addresses(std::vector<std::string> records) {
  hagaki::dns::Answer answer;
  answer.status = hagaki::dns::Status::Ok;
  for (auto& record : records) answer.records.push_back({std::move(record), 0, 300});
  return answer;
}

inline hagaki::dns::Answer failed(hagaki::dns::Status status) {
  hagaki::dns::Answer answer;
  answer.status = status;
  return answer;
}

/// Answers from a table; what is not in it gets `otherwise`. Keeps every question in order.
class Resolver : public hagaki::dns::Resolver {
 public:
  using Type = hagaki::dns::Type;

  void on(const std::string& name, Type type, hagaki::dns::Answer answer) {
    answers_[{name, type}] = std::move(answer);
  }
  void query(const std::string& name, Type type, Done done) override {
    asked.emplace_back(name, type);
    waiting_.push_back({name, type, std::move(done)});
    most_open = std::max(most_open, waiting_.size());
  }
  /// Answers until nobody asks any more.
  void run() {
    while (!waiting_.empty()) {
      auto next = std::move(waiting_.front());
      waiting_.pop_front();
      const auto found = answers_.find({next.name, next.type});
      next.done(found == answers_.end() ? otherwise : found->second);
    }
  }
  [[nodiscard]] std::size_t count(const std::string& name, Type type) const {
    std::size_t n = 0;
    for (const auto& question : asked) n += question == std::pair(name, type) ? 1u : 0u;
    return n;
  }

  hagaki::dns::Answer otherwise = failed(hagaki::dns::Status::NxDomain);
  std::vector<std::pair<std::string, Type>> asked;
  std::size_t most_open = 0;

 private:
  struct Waiting {
    std::string name;
    Type type;
    Done done;
  };
  std::map<std::pair<std::string, Type>, hagaki::dns::Answer> answers_;
  std::deque<Waiting> waiting_;
};

}  // namespace fake
