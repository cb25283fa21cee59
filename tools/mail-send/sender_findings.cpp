#include "sender_findings.h"

#include <optional>
#include <utility>

#include "base/time.h"
#include "dns/ip.h"
#include "dnsbl/selection.h"
#include "dnsbl/zones.h"
#include "letter/address_plan.h"
#include "net/cares_resolver.h"
#include "net/loop.h"
#include "preflight/sender.h"
#include "relays.h"

using namespace hagaki;
using preflight::Finding;

namespace {

/// The addresses of mailboxes that are the same for everybody.
std::vector<Address> addresses_of(const std::vector<letter::MailboxPlan>& mailboxes) {
  std::vector<Address> out;
  for (const letter::MailboxPlan& mailbox : mailboxes) {
    if (!mailbox.address.is_static()) continue;
    if (auto address = Address::parse(mailbox.address.source())) out.push_back(std::move(*address));
  }
  return out;
}

/// The addresses that receivers will see, with our names there, or why they are not known.
void find_ips(const Options& options, preflight::Sender& sender) {
  const auto& sources = options.sources.pool.all();
  const auto own = options.goes_direct() ? helo_name(options).value_or("") : std::string();
  const auto helo = [&](const rules::SourceAddress& source) {
    return options.goes_direct() && !source.helo.empty() ? source.helo : own;
  };
  sender.helo = sources.empty() ? own : helo(sources.front());
  if (!options.sending_ip.empty()) {
    sender.ip = dns::parse_ip(options.sending_ip);
  } else if (options.sends() && !options.goes_direct()) {
    sender.ip_unknown = "a relay sends";
  } else if (sources.empty()) {
    sender.ip_unknown = "the system chooses it";
  }
  if (sender.ip || (options.sends() && !options.goes_direct())) return;
  for (const auto& source : sources) {
    if (!dns::is_public(source.ip)) {
      sender.ip_unknown += (sender.ip_unknown.empty() ? "" : ", ") + source.ip.text() +
                           " is an address of a private network";
    } else if (sender.ip) {
      sender.others.push_back({source.ip, helo(source)});
    } else {
      sender.ip = source.ip;
      sender.helo = helo(source);
    }
  }
}

preflight::Sender sender_of(const Options& options, const letter::Template& message,
                            const std::vector<dkim::Signer>& signers) {
  preflight::Sender sender;
  sender.from = addresses_of(message.from());
  if (const auto reply_to = message.header_source("Reply-To")) {
    const auto mailboxes = letter::parse_mailboxes(*reply_to, "Reply-To", 1);
    if (mailboxes) sender.reply_to = addresses_of(*mailboxes);
  }
  if (!sender.from.empty()) sender.envelope_sender = sender.from.front();
  if (options.bounces) sender.envelope_sender = *Address::parse(*options.bounces);
  if (!sender.from.empty()) {
    for (const auto* signer : dkim::signers_of(signers, sender.from.front().domain().ascii())) {
      sender.signers.push_back(*signer);
    }
  }
  sender.direct = options.goes_direct();
  find_ips(options, sender);
  sender.transactional = options.transactional;
  return sender;
}

}  // namespace

std::vector<Finding> sender_findings(const Options& options, const letter::Template& message,
                                     const std::vector<dkim::Signer>& signers,
                                     std::chrono::milliseconds limit, cli::Log& log) {
  auto sender = sender_of(options, message, signers);
  if (sender.from.empty()) return {};
  net::Loop loop;
  net::CaresResolver::Options servers;
  if (!options.resolver.empty()) servers.servers.push_back(options.resolver);
  servers.timeout = limit;
  auto resolver = net::CaresResolver::create(loop, servers);
  if (!resolver) return {{"dns-silent", resolver.error().text(), true}};
  for (const auto& server : (*resolver)->servers()) {
    log.debug("the sender is checked by the resolver " + server);
  }
  const auto table = dnsbl::ZoneTable::builtin();
  const auto selection =
      table ? dnsbl::select_zones(*table, {}, {}) : Result<dnsbl::Selection>(dnsbl::Selection());
  const auto zones = selection ? selection->zones : std::vector<dnsbl::AskedZone>();
  preflight::SenderCheck check(**resolver, zones, std::move(sender), now);
  std::optional<std::vector<Finding>> findings;
  net::Timer deadline(loop);
  deadline.start(limit, [&loop] { loop.stop(); });
  check.start([&](std::vector<Finding> found) {
    findings = std::move(found);
    deadline.stop();
    loop.stop();
  });
  if (!findings) loop.run();
  return findings ? std::move(*findings) : check.end("no answer in time");
}
