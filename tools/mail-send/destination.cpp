#include "destination.h"

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "cli/secret.h"
#include "delivery/campaign.h"

using namespace hagaki;

namespace {

tl::unexpected<Error> wrong(std::string message) {
  return fail(ErrorCode::Config, std::move(message));
}

/// One password is for one host: it must not be shown to another.
Result<void> check_password_hosts(const Options& options,
                                  const std::vector<delivery::Relay>& relays) {
  std::set<std::string> hosts;
  for (const delivery::Relay& relay : relays) {
    if (!relay.user.empty() || options.user) hosts.insert(ascii_lower(relay.host));
  }
  return cli::check_one_host(hosts, "relays", password_sources(options));
}

}  // namespace

Result<void> check_destination(const Options& options) {
  const auto& table = options.routing.file;
  const int destinations = (options.relays.empty() ? 0 : 1) + (options.direct ? 1 : 0) +
                           (table.empty() ? 0 : 1) + (options.to_maildir.empty() ? 0 : 1) +
                           (options.preview > 0 ? 1 : 0);
  if (destinations == 0 && !options.check && !options.dry_run) {
    return wrong("nowhere to send to: give --relay, --direct, --route, --to-maildir or --preview");
  }
  if (options.dry_run && options.preview > 0) return wrong("--preview excludes --dry-run");
  if (destinations > 1) {
    return wrong("--relay, --direct, --route, --to-maildir and --preview exclude each other");
  }
  if (table == "-") return wrong("--route needs a file: standard input has the recipients");
  std::vector<delivery::Relay> relays;
  for (const std::string& url : options.relays) {
    // The URL itself is not repeated: it may hold a password.
    auto relay = delivery::parse_relay(url);
    if (!relay) return wrong("--relay: " + relay.error().message);
    relays.push_back(std::move(*relay));
  }
  if (options.relays.empty() && (options.user || !options.password_file.empty())) {
    return wrong(table.empty() ? "--user and --password-file are for a --relay"
                               : "--user and --password-file are for a --relay; the file of "
                                 "--route names user and password_file for each relay");
  }
  if (!options.direct && table.empty() && options.port != 25) {
    return wrong("--port is for mail that goes direct; a relay's port stands in its URL");
  }
  const bool through_relays = !options.relays.empty() || !table.empty();
  if (auto checked = check_pop(options.pop, through_relays); !checked) return checked;
  return check_password_hosts(options, relays);
}
