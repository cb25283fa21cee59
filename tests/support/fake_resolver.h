#pragma once

#include <algorithm>
#include <deque>
#include <functional>
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

/// Answers from a table once run() is called; what is not in it gets `otherwise`. Keeps every
/// question in order.
class Resolver : public hagaki::dns::Resolver {
 public:
  using Type = hagaki::dns::Type;
  using Status = hagaki::dns::Status;

  void on(const std::string& name, Type type, hagaki::dns::Answer answer) {
    answers_[{name, type}] = std::move(answer);
  }
  void on(const std::string& name, Type type, Status status,
          std::vector<hagaki::dns::Record> records = {}) {
    auto answer = failed(status);
    answer.records = std::move(records);
    on(name, type, std::move(answer));
  }
  void query(const std::string& name, Type type, Done done) override {
    asked.emplace_back(name, type);
    waiting_.push_back([this, name, type, done = std::move(done)] { done(answer(name, type)); });
    most_open = std::max(most_open, waiting_.size());
  }
  /// Answers until nobody asks any more.
  void run() {
    while (!waiting_.empty()) run_one();
  }
  /// Answers the oldest question; there is one.
  void run_one() {
    const auto next = std::move(waiting_.front());
    waiting_.pop_front();
    next();
  }
  [[nodiscard]] std::size_t count(const std::string& name, Type type) const {
    return static_cast<std::size_t>(std::count(asked.begin(), asked.end(), std::pair(name, type)));
  }

  hagaki::dns::Answer otherwise = failed(Status::NxDomain);
  std::vector<std::pair<std::string, Type>> asked;
  std::size_t most_open = 0;

 protected:
  [[nodiscard]] virtual hagaki::dns::Answer answer(const std::string& name, Type type) const {
    const auto found = answers_.find({name, type});
    return found == answers_.end() ? otherwise : found->second;
  }

 private:
  std::map<std::pair<std::string, Type>, hagaki::dns::Answer> answers_;
  std::deque<std::function<void()>> waiting_;
};

}  // namespace fake
