#pragma once

#include <functional>
#include <memory>
#include <string>

#include "dns/resolver.h"

namespace hagaki::dns {

/// Passes questions on to a resolver that may lead names that do not exist to an advertising
/// server. What it then says about addresses is not believed: an answer that holds an address of
/// that server becomes Status::Malformed, so that nobody takes it for what the zone says.
class RedirectionGuard : public Resolver {
 public:
  /// `resolver` must live as long as a question is open.
  explicit RedirectionGuard(Resolver& resolver);

  /// Asks for a name below "invalid", of which RFC 6761 §6.4 says that it never exists. `done` is
  /// called once, never from inside; questions put before are passed on unjudged.
  void look(const std::function<void()>& done);
  void query(const std::string& name, Type type, Done done) override;

  /// Whether such a server was found.
  [[nodiscard]] bool is_redirected() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace hagaki::dns
