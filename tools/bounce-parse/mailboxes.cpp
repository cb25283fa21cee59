#include "mailboxes.h"

#include <fmt/core.h>

#include <set>
#include <utility>

#include "base/text.h"
#include "cli/secret.h"
#include "cli/state_file.h"
#include "dns/ip.h"
#include "uidl_file.h"

using namespace hagaki;
using net::MailboxTarget;

namespace {

cli::SecretSources password_sources(const Options& options) {
  return {options.password_file, "HAGAKI_MAILBOX_PASSWORD", "mailbox-password"};
}

Result<MailboxTarget> target_of(const std::string& url, const Options& options) {
  auto target = net::parse_mailbox_url(url);
  if (!target) return target;
  target->ca_file = options.ca_file;
  target->timeout = std::chrono::seconds(options.timeout);
  target->tls = options.tls != "none";
  if (target->tls) return target;
  if (target->implicit_tls) {
    return fail(ErrorCode::Config, "--tls none contradicts the URL", net::mailbox_url(*target));
  }
  if (!dns::is_this_machine(target->host)) {
    return fail(ErrorCode::Config, "--tls none could give the password to anyone on the way",
                net::mailbox_url(*target));
  }
  return target;
}

Result<std::string> uidl_path(const MailboxTarget& target, const Options& options) {
  if (!options.state.empty()) return options.state;
  // The same mailbox with and without implicit TLS.
  const bool usual = target.port == 110 || target.port == 995;
  const auto port = usual ? std::string() : fmt::format(":{}", target.port);
  auto path = cli::state_file(fmt::format("pop3-{}@{}{}.uidl", target.user, target.host, port));
  if (!path) path.error().message += ": give --state";
  return path;
}

}  // namespace

Result<void> check_urls(const Options& options) {
  std::set<std::string> hosts;
  std::size_t pop3 = 0;
  for (const auto& input : options.inputs) {
    if (!net::is_mailbox_url(input)) {
      if (input.find("://") == std::string::npos) continue;
      return fail(ErrorCode::Config, "only imap, imaps, pop3 and pop3s are read",
                  input.substr(0, input.find("://")));
    }
    const auto target = target_of(input, options);
    if (!target) return tl::unexpected<Error>(target.error());
    hosts.insert(ascii_lower(target->host));
    if (target->protocol != MailboxTarget::Protocol::Pop3) continue;
    ++pop3;
    if (!options.move.empty()) {
      return fail(ErrorCode::Config, "POP3 has no folders: --move cannot be",
                  net::mailbox_url(*target));
    }
  }
  if (pop3 > 1 && !options.state.empty()) {
    return fail(ErrorCode::Config, "--state is for one POP3 mailbox");
  }
  return cli::check_one_host(hosts, "hosts", password_sources(options));
}

Result<OpenedMailbox> open_by_url(const std::string& url, const Options& options,
                                  net::OnRefused refused) {
  auto target = target_of(url, options);
  if (!target) return tl::unexpected<Error>(target.error());
  auto password = cli::find_password(target->host, target->user, password_sources(options));
  if (!password) return tl::unexpected<Error>(password.error());
  target->password = std::move(*password);
  OpenedMailbox opened;
  opened.url = net::mailbox_url(*target);
  if (target->protocol == MailboxTarget::Protocol::Pop3) {
    const auto path = uidl_path(*target, options);
    if (!path) return tl::unexpected<Error>(path.error());
    auto memory = UidlFile::open(*path);
    if (!memory) return tl::unexpected<Error>(memory.error());
    opened.memory = std::move(*memory);
  }
  const net::MailboxAction action{.move = options.move,
                                  .remove = options.remove,
                                  .left_too = options.all,
                                  .most = static_cast<std::size_t>(options.max_mail) << 20};
  auto mailbox = net::open_mailbox(*target, action, opened.memory.get(), std::move(refused));
  if (!mailbox) return fail(mailbox.error().code, mailbox.error().message, opened.url);
  opened.mailbox = std::move(*mailbox);
  return opened;
}
