#include "relays.h"

#include <array>
#include <filesystem>
#include <utility>

#include <fmt/core.h>
#include <unistd.h>

#include "base/text.h"
#include "dns/ip.h"

using namespace hagaki;
using delivery::Relay;
using delivery::Tls;

namespace {

/// Fills in the password of a relay that has a user.
Result<void> add_credentials(Relay& relay, const Options& options) {
  if (relay.user.empty() && options.user) relay.user = *options.user;
  if (relay.user.empty()) {
    if (options.password_file.empty()) return {};
    return fail(ErrorCode::Config, "--password-file without a user: give --user");
  }
  auto password = cli::find_password(relay.host, relay.user, password_sources(options));
  if (!password) return tl::unexpected<Error>(password.error());
  relay.password = std::move(*password);
  return {};
}

/// A relay of the table of routes.
Result<Relay> read_relay(const rules::RouteRelay& row, const Options& options) {
  const auto wrong = [&row](std::string why) {
    return fail(ErrorCode::Config, fmt::format("relay \"{}\": {}", row.name, why), row.place);
  };
  auto relay = delivery::parse_relay(row.url);
  if (!relay && relay.error().code == ErrorCode::Denied) {
    return wrong("a password stands in a file of its own: password_file");
  }
  if (!relay) return wrong(relay.error().message);
  if (row.url.find('?') != std::string::npos) return wrong("weight is a key of its own");
  relay->name = row.name;
  relay->weight = row.weight.value_or(1);
  if (!row.user.empty()) {
    if (!relay->user.empty()) return wrong("the user stands in the url and in user");
    relay->user = row.user;
  }
  if (relay->user.empty()) {
    if (row.password_file.empty()) return relay;
    return wrong("a password_file without a user");
  }
  // A relative name is one beside the table.
  cli::SecretSources sources;
  if (!row.password_file.empty()) {
    const auto folder = std::filesystem::path(options.routing.file).parent_path();
    sources.file = (folder / row.password_file).string();
  }
  auto password = cli::find_password(relay->host, relay->user, sources);
  if (!password && password.error().code == ErrorCode::Config) {
    return wrong(fmt::format("no password for {} at {}: name a password_file or make a netrc entry",
                             printable(relay->user), relay->host));
  }
  if (!password) return tl::unexpected<Error>(password.error());
  relay->password = std::move(*password);
  return relay;
}

/// What mail goes through, of the table of routes.
Result<std::vector<Relay>> read_route_relays(const Options& options) {
  std::vector<Relay> relays;
  for (const auto& row : options.routing.table->relays()) {
    if (!uses_relay(options.routing, row.name)) continue;
    auto relay = read_relay(row, options);
    if (!relay) return tl::unexpected<Error>(relay.error());
    // What goes direct, or through others, need not be so strict.
    const bool strict = !relay->user.empty() || relay->implicit_tls;
    if (options.tls.empty() && strict) relay->tls = Tls::Require;
    relays.push_back(std::move(*relay));
  }
  return relays;
}

}  // namespace

Result<std::vector<Relay>> read_relays(const Options& options) {
  if (options.routing.table) return read_route_relays(options);
  std::vector<Relay> relays;
  for (const std::string& url : options.relays) {
    auto relay = delivery::parse_relay(url);
    if (!relay) return fail(relay.error().code, relay.error().message, "--relay");
    if (auto added = add_credentials(*relay, options); !added) {
      return tl::unexpected<Error>(added.error());
    }
    relays.push_back(std::move(*relay));
  }
  return relays;
}

Result<Tls> tls_level(const Options& options, const std::vector<Relay>& relays) {
  bool secret = false;
  bool implicit = false;
  bool remote_secret = false;
  for (const Relay& relay : relays) {
    secret = secret || !relay.user.empty();
    implicit = implicit || relay.implicit_tls;
    remote_secret = remote_secret || (!relay.user.empty() && !dns::is_this_machine(relay.host));
  }
  if (options.requiretls) return Tls::Require;
  if (options.tls.empty() && options.routing.table) return Tls::May;
  if (options.tls.empty()) return secret || implicit ? Tls::Require : Tls::May;
  if (options.tls == "none" && implicit) {
    return fail(ErrorCode::Config, "--tls none contradicts smtps://");
  }
  if (options.tls != "require" && remote_secret) {
    return fail(ErrorCode::Config,
                fmt::format("--tls {} could give the password to anyone on the way", options.tls));
  }
  if (options.tls == "none") return Tls::None;
  return options.tls == "may" ? Tls::May : Tls::Require;
}

Result<std::string> helo_name(const Options& options) {
  if (!options.helo.empty()) return options.helo;
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0) name[0] = '\0';
  std::string host(name.data());
  if (options.goes_direct() && host.find('.') == std::string::npos) {
    return fail(ErrorCode::Config,
                fmt::format("this machine's name \"{}\" is not fully qualified, and many servers "
                            "refuse such mail: give --helo",
                            printable(host)));
  }
  return host.empty() ? "localhost" : host;
}
