#include "delivery/said.h"

#include <fmt/format.h>

#include "base/text.h"
#include "reason/judge.h"

namespace hagaki::delivery {
namespace {

bool about_our_rights(const smtp::Reply& reply) {
  return reply.code >= 530 && reply.code <= 539;
}

Said local(Kind kind, std::string phase, std::string message) {
  Said said;
  said.kind = kind;
  said.by = "local";
  said.phase = std::move(phase);
  said.message = std::move(message);
  return said;
}

Said dns_says(Kind kind, std::string status, std::string reason, std::string message) {
  Said said = local(kind, "connect", std::move(message));
  said.by = "dns";
  said.status = std::move(status);
  said.reason = std::move(reason);
  return said;
}

}  // namespace

Said said_by(const smtp::Event& event) {
  const std::string phase(smtp::phase_name(event.phase));
  switch (event.kind) {
    case smtp::Event::Kind::Accepted:
    case smtp::Event::Kind::Refused: {
      Said said;
      said.by = "remote";
      said.phase = phase;
      said.reply = event.reply;
      const auto& reply = *event.reply;
      if (reply.positive()) {
        said.kind = Kind::Delivered;
      } else if (reply.permanent() && !about_our_rights(reply)) {
        said.kind = Kind::Failed;
      }
      return said;
    }
    case smtp::Event::Kind::Unfit: {
      // What cannot be sent to anybody is our mistake; what this server cannot take is a failure.
      const bool ours = event.error->code == ErrorCode::Syntax;
      Said said = local(ours ? Kind::Held : Kind::Failed, "mail", event.error->message);
      said.status = event.status.text();
      return said;
    }
    case smtp::Event::Kind::Uncertain:
      return local(
          Kind::Uncertain, "body",
          "no reply to the message: " + (event.error ? event.error->text() : "session ended"));
    case smtp::Event::Kind::Returned:
    case smtp::Event::Kind::BodyBegins:
    case smtp::Event::Kind::Ended:
      break;
  }
  Said said = local(Kind::Deferred, phase, event.error ? event.error->text() : "session ended");
  said.reason = "networkerror";
  return said;
}

Said said_by(const net::SmtpRefused& refused) {
  Said said;
  said.kind = Kind::Deferred;
  said.phase = refused.phase;
  if (refused.reply) {
    said.by = "remote";
    said.reply = refused.reply;
    return said;
  }
  said.by = "local";
  said.message = refused.message;
  said.may_pass = refused.handshake_lost;
  said.reason = refused.phase == "tls"    ? "failedstarttls"
                : refused.phase == "auth" ? "securityerror"
                                          : "networkerror";
  return said;
}

Said said_by(const dns::MailHosts& hosts) {
  switch (hosts.status) {
    case dns::MxStatus::NullMx:
      return dns_says(Kind::Failed, "5.1.10", "notaccept", hosts.detail);
    case dns::MxStatus::NoDomain:
      return dns_says(Kind::Failed, "5.1.2", "hostunknown", hosts.detail);
    case dns::MxStatus::NoMailHost:
      return dns_says(Kind::Failed, "5.4.4", "hostunknown", hosts.detail);
    default:
      return dns_says(Kind::Deferred, "4.4.3", "networkerror", hosts.detail);
  }
}

Said said_forbidden(const std::string& why) {
  Said said = local(Kind::Deferred, "tls", why);
  said.status = "4.7.5";  // RFC 3463 §3.8: cryptographic failure
  said.reason = "failedstarttls";
  return said;
}

Said loops_back(const std::string& domain, const std::string& host) {
  return dns_says(Kind::Failed, "5.4.6", "networkerror",
                  fmt::format("mail for {} loops back to ourselves: its best mail host is {}, the "
                              "name that we present; a relay can take it (--route)",
                              domain, host));
}

bool blames_sender(const Said& said) {
  if (said.kind != Kind::Failed || !said.reply) return false;
  const auto& reply = *said.reply;
  const std::string status = reply.status ? reply.status->text() : "";
  if (said.phase == "mail") {
    // Not the size of the message (552, 5.3.4), which may be one recipient's.
    return reply.code == 550 || reply.code == 553 || reply.code == 554 ||
           status.starts_with("5.7.") || status == "5.1.7" || status == "5.1.8";
  }
  const auto verdict = reason::Rules::embedded().judge(
      {.code = reply.code, .status = status, .text = reply.text, .phase = said.phase, .host = {}});
  return said.phase == "rcpt" && verdict.reason == "norelaying";
}

bool ends_session(const Said& said) {
  if (said.kind != Kind::Deferred || !said.reply || said.phase != "mail") return false;
  const auto& reply = *said.reply;
  if (reply.code != 421) return reply.status && reply.status->text() == "4.5.3";
  const auto says = [&reply](std::string_view words) {
    return ascii_ifind(reply.text, words) != std::string_view::npos;
  };
  return says("messages in this connection") || says("messages in a single connection") ||
         says("message per connection") || says("messages per connection");
}

bool refuses_us(const Said& said) {
  if (said.about_us) return true;
  if (said.reply) {
    if (about_our_rights(*said.reply)) return true;
    const bool opening = said.phase == "greeting" || said.phase == "auth" || said.phase == "tls";
    return opening && said.reply->permanent();
  }
  if (said.by != "local" || said.may_pass) return false;
  return said.phase == "tls" || said.phase == "auth";
}

void expire(records::DeliveryEvent& event, std::chrono::milliseconds expire) {
  const bool by_server = event.said_by == "remote";
  event.diagnostic =
      fmt::format("given up after {}; the last answer: {}{}{}", format_duration(expire),
                  by_server ? fmt::format("{} ", event.code) : std::string(),
                  event.status.empty() ? "" : event.status + " ", event.diagnostic);
  event.kind = Kind::Failed;
  event.said_by = "local";
  event.code = 0;
  event.status = "5.4.7";  // RFC 3463 §3.5: delivery time expired
  event.reason = "expired";
  event.hard = false;
}

records::DeliveryEvent make_event(const Options& options, const Item& item, const Said& said,
                                  const Where& where, Timestamp now,
                                  std::chrono::milliseconds elapsed) {
  records::DeliveryEvent e;
  e.kind = said.kind;
  e.campaign = options.campaign;
  e.email = item.recipient.address.text();
  e.time = now;
  e.attempt = item.attempt;
  e.message_id = item.message.message_id;
  e.envelope_sender = item.message.envelope_sender;
  e.relay = where.relay;
  e.mx = where.mx;
  e.remote_ip = where.remote_ip;
  e.source_ip = where.source_ip;
  e.tls = where.tls;
  e.tls_policy = where.tls_policy;
  e.tls_failure = where.tls_failure;
  e.phase = said.phase;
  e.said_by = said.by;
  e.status = said.status;
  e.diagnostic = said.message;
  if (said.reply) {
    e.code = said.reply->code;
    if (said.reply->status) e.status = said.reply->status->text();
    e.diagnostic = said.reply->text;
  }
  if (item.size > 0) e.size = static_cast<std::int64_t>(item.size);
  e.elapsed_ms = elapsed.count();
  if (item.recipient.consent) e.consent = *item.recipient.consent;
  if (said.kind == Kind::Delivered || said.kind == Kind::Uncertain || said.kind == Kind::Held)
    return e;
  if (!said.reason.empty()) {
    e.reason = said.reason;
    e.hard = said.kind == Kind::Failed && reason::is_hard(said.reason);
    return e;
  }
  const auto verdict =
      reason::Rules::embedded().judge({.code = e.code,
                                       .status = e.status,
                                       .text = e.diagnostic,
                                       .phase = e.phase,
                                       .host = where.relay.empty() ? where.mx : where.relay,
                                       .recipient = e.email});
  e.reason = verdict.reason;
  e.hard = verdict.hard && said.kind == Kind::Failed;
  return e;
}

}  // namespace hagaki::delivery
