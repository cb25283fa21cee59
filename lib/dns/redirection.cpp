#include "dns/redirection.h"

#include <algorithm>
#include <set>
#include <utility>

namespace hagaki::dns {
namespace {

constexpr const char* kNoSuchName = "no-such-host.hagaki-test.invalid";

}  // namespace

struct RedirectionGuard::State {
  explicit State(Resolver& asked) : resolver(asked) {}
  Resolver& resolver;
  std::set<std::string> server;  // addresses of the advertising server
  int open = 2;
};

RedirectionGuard::RedirectionGuard(Resolver& resolver)
    : state_(std::make_shared<State>(resolver)) {}

bool RedirectionGuard::is_redirected() const {
  return !state_->server.empty();
}

void RedirectionGuard::look(const std::function<void()>& done) {
  for (const auto type : {Type::A, Type::Aaaa}) {
    state_->resolver.query(kNoSuchName, type, [state = state_, done](const Answer& answer) {
      if (answer.status == Status::Ok) {
        for (const auto& record : answer.records) state->server.insert(record.data);
      }
      if (--state->open == 0) done();
    });
  }
}

void RedirectionGuard::query(const std::string& name, Type type, Done done) {
  state_->resolver.query(
      name, type, [state = state_, type, done = std::move(done)](const Answer& answer) {
        const bool addresses = type == Type::A || type == Type::Aaaa;
        const bool redirected =
            addresses && std::any_of(answer.records.begin(), answer.records.end(),
                                     [&](auto& r) { return state->server.contains(r.data); });
        if (!redirected) return done(answer);
        Answer out;
        out.status = Status::Malformed;
        out.detail = "the resolver answers for names that do not exist";
        done(out);
      });
}

}  // namespace hagaki::dns
