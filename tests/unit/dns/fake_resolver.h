#pragma once

#include <deque>
#include <functional>
#include <map>
#include <string>
#include <utility>

#include "dns/resolver.h"

namespace hagaki::dns {

/// Answers from a table once run() is called; what is not in the table does not exist.
class FakeResolver : public Resolver {
 public:
  void query(const std::string& name, Type type, Done done) override {
    ++asked;
    waiting.push_back([this, name, type, done = std::move(done)] {
      const auto at = table.find({name, type});
      Answer none;
      none.status = name.empty() ? Status::Local : Status::NxDomain;
      done(at == table.end() ? none : at->second);
    });
  }
  void run() {
    while (!waiting.empty()) {
      const auto next = std::move(waiting.front());
      waiting.pop_front();
      next();
    }
  }
  void put(const std::string& name, Type type, Status status, std::vector<Record> records = {}) {
    Answer answer;
    answer.status = status;
    answer.records = std::move(records);
    table[{name, type}] = std::move(answer);
  }

  std::map<std::pair<std::string, Type>, Answer> table;
  std::deque<std::function<void()>> waiting;
  int asked = 0;
};

}  // namespace hagaki::dns
