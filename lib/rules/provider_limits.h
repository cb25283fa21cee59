#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "dns/mail_hosts.h"
#include "rules/rate.h"

namespace hagaki::rules {

/// What is sent to one receiver, or through one relay.
struct Limits {
  /// The table that says so: "provider.google", "mx.example.net", "domain.example.jp",
  /// "relay.main", "default". Receivers with the same one, but for the default, share it and are
  /// counted together.
  std::string name = "default";
  /// Sessions at once to all its hosts, at least 1. Nothing (of relays alone): none of ours.
  std::optional<unsigned> connections;
  std::optional<unsigned> messages_per_connection;  ///< nothing: no limit of ours
  std::vector<Rate> rates;                          ///< for a RateGate
  std::vector<Rate> quotas;                         ///< for store::Quotas: is_quota()
  std::string source;                               ///< where the numbers come from; may be empty

  /// Receivers that no table names have these, each for itself.
  [[nodiscard]] bool is_default() const { return name == "default"; }
};

/// The limits of all receivers and relays. data/provider-limits.toml documents the form.
class ProviderLimits {
 public:
  /// The embedded defaults.
  static ProviderLimits builtin();
  /// Reads a file over the defaults: a table in it replaces theirs of the same name. Error::Config
  /// with "name:line" as context when it is not TOML, or holds a key or value that has no meaning.
  static Result<ProviderLimits> parse(std::string_view text, const std::string& name);

  /// Whose mail is sent to `domain` (A-label form), whose mail hosts are `hosts` and whose provider
  /// is `provider` (harvest::Providers; may be empty). Lives as long as this.
  [[nodiscard]] const Limits& receiver(std::string_view provider,
                                       const std::vector<dns::MailHost>& hosts,
                                       std::string_view domain) const;
  /// Nullptr for a relay without a table. Names are the same in upper and lower case.
  [[nodiscard]] const Limits* relay(std::string_view name) const;
  /// The names of relays that have a table, in lower case, for telling those that no relay has.
  [[nodiscard]] std::vector<std::string> relays() const;

  /// Limits a relay that has no table yet.
  void add_relay(std::string_view name, Limits limits);

  /// Whether any table has a quota.
  [[nodiscard]] bool has_quotas() const;

  /// What is odd about the file and no error: providers that are not in hagaki's own table.
  /// "name:line" is the context.
  [[nodiscard]] const std::vector<Error>& doubts() const { return doubts_; }

 private:
  using Tables = std::map<std::string, Limits, std::less<>>;
  Tables tables_;  // by Limits::name
  std::vector<Error> doubts_;
};

}  // namespace hagaki::rules
