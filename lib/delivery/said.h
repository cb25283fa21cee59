#pragma once

#include <optional>
#include <string>

#include "delivery/item.h"
#include "dns/mail_hosts.h"
#include "net/smtp_connector.h"
#include "records/delivery_event.h"
#include "smtp/dialogue.h"

namespace hagaki::delivery {

using Kind = records::DeliveryEvent::Kind;

/// What ended a try, and who said so. A local failure never poses as a server's reply: `reply` is
/// filled only from the wire.
struct Said {
  Kind kind = Kind::Deferred;
  std::string by;     ///< "remote", "local", "dns"
  std::string phase;  ///< as in records; empty where none was reached
  std::optional<smtp::Reply> reply;
  std::string message;    ///< our words, where there is no reply
  std::string status;     ///< enhanced code we judge by, where there is no reply
  std::string reason;     ///< fixed; empty = to be judged
  bool may_pass = false;  ///< TLS failed by an accident, not by what the server has or is
  bool about_us = false;  ///< the reply was to one recipient, but refuses the sender of all
};

/// Which session or host it was about.
struct Where {
  std::string relay;
  std::string mx;
  std::string remote_ip;
  std::string source_ip;
  std::string tls;
  std::string tls_policy;
  std::string tls_failure;
};

/// Of a transaction's last event. Kind::Deferred for 4xx, for a lost connection, and for replies
/// that refuse us and not the recipient (530 to 539: authentication, encryption).
Said said_by(const smtp::Event& event);
/// Of a session that did not come about.
Said said_by(const net::SmtpRefused& refused);
/// Of a domain whose best mail host is ourselves.
Said loops_back(const std::string& domain, const std::string& host);
/// Of a domain without mail hosts. Not for MxStatus::Ok and Implicit.
Said said_by(const dns::MailHosts& hosts);

/// Of a domain whose policy forbids all its hosts, in these words.
Said said_forbidden(const std::string& why);

/// True when a relay's permanent reply to one recipient refuses us and would say the same of
/// everybody: relaying denied, or a sender that it does not take.
bool blames_sender(const Said& said);

/// True when the server takes no more messages in a session in which it took some: a reply to MAIL
/// about too many recipients (X.5.3), of whom there are none yet (OpenSMTPD, after 100 messages),
/// or a 421 in words that say so (Exim, after 1,000).
bool ends_session(const Said& said);

/// True when it speaks of our right to use this server, so that trying on makes no sense.
bool refuses_us(const Said& said);

/// Makes an event `failed` of one that is put off once too often: tried for all of `expire`.
void expire(records::DeliveryEvent& event, std::chrono::milliseconds expire);

/// The event of a try. `elapsed` of this try.
records::DeliveryEvent make_event(const Options& options, const Item& item, const Said& said,
                                  const Where& where, Timestamp now,
                                  std::chrono::milliseconds elapsed);

}  // namespace hagaki::delivery
