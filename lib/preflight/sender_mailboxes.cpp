#include <set>
#include <string>

#include "dns/mail_hosts.h"
#include "preflight/sender_state.h"

namespace hagaki::preflight {
namespace {

void check_domain(SenderCheck::State& state, Id id, const Address& address) {
  const std::string& domain = address.domain().ascii();
  const auto part = state.open(id, domain);
  dns::find_mail_hosts(state.resolver, domain, [&state, id, part](const dns::MailHosts& hosts) {
    const std::string& name = state.parts[part].what;
    switch (hosts.status) {
      case dns::MxStatus::Ok:
      case dns::MxStatus::Implicit:
        return state.close(part);
      case dns::MxStatus::NullMx:
      case dns::MxStatus::NoDomain:
      case dns::MxStatus::NoMailHost:
        return state.close(part, {{id, name + ": " + hosts.detail}});
      case dns::MxStatus::Retry:
      case dns::MxStatus::Error:
        return state.close_unknown(part, hosts.detail);
    }
  });
}

}  // namespace

void check_mailboxes(SenderCheck::State& state) {
  const Sender& sender = state.sender;
  // A domain that stands in several places is asked about once.
  std::set<std::string> asked;
  const auto check = [&](Id id, const Address& address) {
    if (asked.insert(address.domain().ascii()).second) check_domain(state, id, address);
  };
  for (const Address& address : sender.from) check("from-takes-no-mail", address);
  if (sender.envelope_sender) check("bounces-take-no-mail", *sender.envelope_sender);
  for (const Address& address : sender.reply_to) check("reply-to-takes-no-mail", address);
}

}  // namespace hagaki::preflight
