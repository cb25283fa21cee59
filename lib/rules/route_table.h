#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "rules/provider_limits.h"

namespace hagaki::rules {

/// A relay as a table of routes describes it.
struct RouteRelay {
  std::string name;                ///< lower case
  std::string url;                 ///< as it stands in the file: not looked at
  std::optional<unsigned> weight;  ///< 1 to 1000
  std::string user;                ///< empty: the URL's, or none
  std::string password_file;       ///< empty: none is named
  Limits limits;
  std::string place;  ///< "name:line" of its table, for messages
};

/// Where mail goes: straight to the receiver, or through one of these relays.
struct RouteTarget {
  std::vector<std::string> relays;  ///< names, each once; empty: direct
  [[nodiscard]] bool direct() const { return relays.empty(); }
  bool operator==(const RouteTarget&) const = default;
};

/// Says which way the mail of a domain or a provider goes. The file is TOML:
///
///     default = "direct"                  # a relay's name, a list of names, or "direct"
///     [relay.main]
///     url = "smtps://smtp.example.jp"
///     user = "news"
///     password_file = "main.password"
///     weight = 3
///     connections = 5                     # as in the file of --limits, as rates and
///     rates = ["10000/day"]               # messages_per_connection
///     [domain]                            # with those below it
///     "docomo.ne.jp" = ["main", "second"]
///     [provider]
///     google = "main"
class RouteTable {
 public:
  /// Error::Config with "name:line" as context when it is not TOML, holds a key or value without a
  /// meaning, names a relay that it does not describe, or has no default.
  static Result<RouteTable> parse(std::string_view text, const std::string& name);

  /// In the order of their names.
  [[nodiscard]] const std::vector<RouteRelay>& relays() const { return relays_; }
  [[nodiscard]] const RouteRelay* relay(std::string_view name) const;

  /// The way of `domain` (A-label form): what the longest domain at its end says. Nullptr where
  /// none does. Targets live as long as the table.
  [[nodiscard]] const RouteTarget* of_domain(std::string_view domain) const;
  /// The way of a provider (harvest::Providers), where one is said.
  [[nodiscard]] const RouteTarget* of_provider(std::string_view provider) const;
  [[nodiscard]] const RouteTarget& otherwise() const { return otherwise_; }

  /// All of them.
  [[nodiscard]] std::vector<const RouteTarget*> targets() const;

  /// Whether it has to be known who a domain's provider is.
  [[nodiscard]] bool asks_for_providers() const { return !providers_.empty(); }
  /// Whether some mail goes direct.
  [[nodiscard]] bool sends_direct() const;
  /// Whether any mail goes through this relay.
  [[nodiscard]] bool uses(std::string_view relay) const;

  /// What is odd and no error: providers that are not in hagaki's own table. "name:line" is the
  /// context.
  [[nodiscard]] const std::vector<Error>& doubts() const { return doubts_; }

 private:
  friend class RouteLoader;
  using Targets = std::map<std::string, RouteTarget, std::less<>>;
  std::vector<RouteRelay> relays_;
  Targets domains_;
  Targets providers_;
  RouteTarget otherwise_;
  std::vector<Error> doubts_;
};

}  // namespace hagaki::rules
