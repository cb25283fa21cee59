#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "dns/redirection.h"
#include "health/check.h"

namespace hagaki::health {

/// What the checks of one sender share; kept alive by the questions that are open.
struct State {
  State(dns::Resolver& asked, Sender who, Done then)
      : resolver(asked), sender(std::move(who)), done(std::move(then)) {}

  /// Begins a check; its item is Unknown until close().
  std::size_t open(std::string check, std::string query, std::string name = {});
  /// Ends it with what was found.
  void close(std::size_t at, Verdict verdict, std::string id, const std::string& detail);
  void ok(std::size_t at, const std::string& detail) { close(at, Verdict::Ok, {}, detail); }
  void unknown(std::size_t at, const std::string& why) {
    close(at, Verdict::Unknown, "dns-unknown", why);
  }

  dns::RedirectionGuard resolver;
  Sender sender;
  Done done;
  std::vector<Item> items;
  std::size_t waiting = 0;
};
using StatePtr = std::shared_ptr<State>;

/// Names of the addresses, and HELO.
void check_addresses(const StatePtr& state);
/// SPF, DKIM and DMARC.
void check_authentication(const StatePtr& state);
/// MX, MTA-STS, TLS-RPT and BIMI.
void check_records(const StatePtr& state);

}  // namespace hagaki::health
