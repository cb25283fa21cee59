#include "pop_options.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>

#include <fmt/core.h>

#include "base/text.h"
#include "cli/secret.h"
#include "dns/ip.h"
#include "net/mailbox.h"
#include "options.h"

using namespace hagaki;

namespace {

/// For each answer of the mailbox's server, in seconds.
constexpr double kPatience = 15;

tl::unexpected<Error> wrong(std::string message) {
  return fail(ErrorCode::Config, std::move(message));
}

}  // namespace

void add_pop_options(cli::App& app, PopOptions& options) {
  app.value("--pop-before-smtp", "URL", options.url,
            "Log in to this mailbox before sending through relays that ask for it: "
            "pop3s://USER@HOST[:PORT] or pop3://…");
  app.value("--pop-password-file", "FILE", options.password_file,
            "Its first line is that mailbox's password; nobody else may read it");
  app.value("--pop-every", "MINUTES", options.every, "Log in there again after so long", 1, 60);
}

Result<void> check_pop(const PopOptions& options, bool through_relays) {
  if (options.url.empty()) {
    if (options.password_file.empty()) return {};
    return wrong("--pop-password-file is for --pop-before-smtp");
  }
  // The URL itself is not repeated: it may hold a password.
  const auto target = net::parse_mailbox_url(options.url);
  if (!target) return wrong("--pop-before-smtp: " + target.error().message);
  if (target->protocol != net::MailboxTarget::Protocol::Pop3) {
    return wrong("--pop-before-smtp needs pop3s://USER@HOST or pop3://USER@HOST");
  }
  if (!through_relays) return wrong("--pop-before-smtp is for a --relay, or relays of --route");
  return {};
}

Result<delivery::RelayDoor> relay_door(const Options& options) {
  delivery::RelayDoor door;
  const auto& pop = options.pop;
  if (pop.url.empty()) return door;
  auto target = net::parse_mailbox_url(pop.url);
  if (!target) return tl::unexpected<Error>(target.error());
  auto password =
      cli::find_password(target->host, target->user,
                         {pop.password_file, "HAGAKI_MAILBOX_PASSWORD", "mailbox-password"});
  if (!password && password.error().code == ErrorCode::Config) {
    return wrong(
        fmt::format("no password for {} at {}: give --pop-password-file, "
                    "HAGAKI_MAILBOX_PASSWORD or a netrc entry",
                    printable(target->user), target->host));
  }
  if (!password) return tl::unexpected<Error>(password.error());
  target->password = std::move(*password);
  target->ca_file = options.ca_file;
  // On its way to another machine the password is encrypted, whatever the relay's TLS is.
  target->tls =
      target->implicit_tls || options.tls != "none" || !dns::is_this_machine(target->host);
  // The end of a run waits for a login that is under way.
  const double patience = options.timeout > 0 ? options.timeout : kPatience;
  target->timeout = std::chrono::seconds(std::max(1L, std::lround(patience)));
  door.again = std::chrono::minutes(pop.every);
  door.open = [target = std::move(*target)]() -> Result<void> {
    auto visited = net::visit_pop3(target);
    if (visited) return {};
    return fail(visited.error().code, "the login before sending: " + visited.error().message,
                net::mailbox_url(target));
  };
  return door;
}
