#include <algorithm>
#include <array>
#include <set>
#include <string>

#include "base/text.h"
#include "dns/mail_hosts.h"
#include "preflight/sender_state.h"

namespace hagaki::preflight {
namespace {

constexpr std::array<std::string_view, 7> kSendOnly = {
    "noreply",         "donotreply",    "dontreply", "noresponse",
    "nicht-antworten", "nepasrepondre", "noanswer",
};

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

bool is_send_only(std::string_view local) {
  std::string plain;
  for (const char c : ascii_lower(local)) {
    if (c != '-' && c != '_' && c != '.') plain += c;
  }
  return std::any_of(kSendOnly.begin(), kSendOnly.end(), [&plain](std::string_view word) {
    std::string same;
    for (const char c : word) {
      if (c != '-') same += c;
    }
    return plain.starts_with(same) || plain.ends_with(same);
  });
}

void check_mailboxes(SenderCheck::State& state) {
  const Sender& sender = state.sender;
  // Who answers writes to Reply-To, and to From only where there is none.
  const bool replies_elsewhere = !sender.reply_to.empty();
  for (const Address& address : sender.from) {
    if (is_send_only(address.local()) && !replies_elsewhere) {
      state.add("send-only-address", "From: " + address.text());
    }
  }
  for (const Address& address : sender.reply_to) {
    if (is_send_only(address.local())) {
      state.add("send-only-address", "Reply-To: " + address.text());
    }
  }
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
