#include "rehearse/personality.h"

#include <algorithm>

#include "base/text.h"
#include "rehearse/ip.h"

namespace hagaki::rehearse {
namespace {

bool in_ranges(const std::vector<std::string>& ranges, std::string_view ip) {
  return std::any_of(ranges.begin(), ranges.end(), [&](const std::string& cidr) {
    const auto range = IpRange::parse(cidr);
    return range && range->contains(ip);
  });
}

bool has_header(std::string_view headers, std::string_view name) {
  if (ascii_istarts_with(headers, name)) return true;
  return ascii_ifind(headers, "\n" + std::string(name)) != std::string_view::npos;
}

/// The words of a refusal in a bounce written later: permanent, and with the status code that a
/// host knows about its own mailbox even where its replies carry none.
std::string for_good(std::string_view reply, Fate fate) {
  if (fate == Fate::Reply) return std::string(reply);
  const std::string plain = without_status(reply);
  const bool temporary = reply_class(reply) == 4;
  const std::string_view status = fate == Fate::Full        ? "5.2.2"
                                  : fate == Fate::Suspended ? "5.2.1"
                                                            : "5.1.1";
  const std::string code =
      temporary ? std::string(fate == Fate::Full ? "552" : "550") : plain.substr(0, 3);
  return code + " " + std::string(status) + plain.substr(3);
}

std::string_view local_part(std::string_view address) {
  return address.substr(0, address.rfind('@'));
}

}  // namespace

std::string Personality::say(std::string_view kind, const ReplyFacts& facts) const {
  ReplyFacts with_host = facts;
  with_host.host = host_.name;
  for (const auto& [own_kind, reply] : host_.replies)
    if (own_kind == kind) return fill_reply(reply, with_host);
  return fill_reply(replies_.find(host_.provider, kind), with_host);
}

std::optional<std::string> Personality::connected(std::string_view ip, Timestamp now) {
  ++open_;
  ++connections_;
  if (!first_connection_) first_connection_ = now;
  const ReplyFacts facts{.ip = ip};
  if (host_.refuse_at == Host::RefuseAt::Greeting && in_ranges(host_.refuse_ips, ip))
    return say("blocked", facts);
  if (connections_ <= host_.busy_connections || now - *first_connection_ < host_.busy)
    return say("busy", facts);
  if (host_.max_connections > 0 && open_ > host_.max_connections) return say("connections", facts);
  return std::nullopt;
}

std::optional<std::string> Personality::transaction(std::string_view sender, std::string_view ip,
                                                    std::uint32_t nth, Timestamp now) {
  ++transactions_;
  const ReplyFacts facts{.sender = sender, .ip = ip};
  // A session that was open before can meet the busy time too.
  if (transactions_ <= host_.busy_transactions ||
      (first_connection_ && now - *first_connection_ < host_.busy))
    return say("busy", facts);
  if (host_.max_messages > 0 && nth >= host_.max_messages) return say("busy", facts);
  if (host_.refuse_at == Host::RefuseAt::Mail && in_ranges(host_.refuse_ips, ip))
    return say("blocked", facts);
  return std::nullopt;
}

Verdict Personality::recipient(const DomainRule* rule, std::string_view sender,
                               std::string_view recipient, std::string_view ip, std::uint32_t nth,
                               Timestamp now) {
  using Action = Verdict::Action;
  const ReplyFacts facts{.recipient = recipient, .sender = sender, .ip = ip};
  const auto refuse = [&](std::string_view kind) {
    return Verdict{Action::Refuse, say(kind, facts), {}};
  };
  if (rule == nullptr) return refuse("relay-denied");
  if (host_.max_recipients > 0 && nth >= host_.max_recipients) return refuse("recipients");
  if (host_.refuse_at == Host::RefuseAt::Rcpt && in_ranges(host_.refuse_ips, ip))
    return refuse("blocked");
  if (host_.refuse_after > 0 && accepted_ >= host_.refuse_after) return refuse(host_.refuse_as);
  if (host_.rate_messages > 0) {
    if (now - window_start_ >= host_.rate_window) {
      window_start_ = now;
      in_window_ = 0;
    }
    if (in_window_ >= host_.rate_messages) return refuse("rate");
    ++in_window_;
  }

  const Mailbox* mailbox = rule->mailbox(local_part(recipient));
  const Mailbox nobody{{},
                       rule->any ? Fate::Deliver : Fate::Unknown,
                       rule->unknown_later ? Moment::Later : Moment::Rcpt,
                       {}};
  if (mailbox == nullptr) mailbox = &nobody;

  Verdict verdict;
  switch (mailbox->fate) {
    case Fate::Deliver:
      break;
    case Fate::Forward:
      verdict = {Action::Forward, {}, mailbox->target};
      break;
    case Fate::Unknown:
      verdict = refuse("unknown");
      break;
    case Fate::Full:
      verdict = refuse("full");
      break;
    case Fate::Suspended:
      verdict = refuse("suspended");
      break;
    case Fate::Reply:
      verdict = refuse("unknown");
      verdict.reply =
          fill_reply(mailbox->target,
                     {.recipient = recipient, .sender = sender, .ip = ip, .host = host_.name});
      break;
  }
  if (verdict.action == Action::Refuse) {
    if (mailbox->moment == Moment::Rcpt) return verdict;
    if (mailbox->moment == Moment::Body) verdict.action = Action::RefuseBody;
    if (mailbox->moment == Moment::Later) {
      verdict.action = Action::BounceLater;
      verdict.reply = for_good(verdict.reply, mailbox->fate);
    }
  }

  if (host_.greylist.count() > 0) {
    const auto [first, fresh] =
        greylist_.try_emplace({ascii_lower(sender), ascii_lower(recipient)}, now);
    if (fresh || now - first->second < host_.greylist) return refuse("greylist");
  }
  ++accepted_;
  return verdict;
}

std::optional<std::string> Personality::message(std::string_view headers, std::string_view sender,
                                                std::string_view recipient, std::string_view ip) {
  const ReplyFacts facts{.recipient = recipient, .sender = sender, .ip = ip};
  if (host_.unauthenticated && !has_header(headers, "DKIM-Signature:"))
    return say("authentication", facts);
  if (host_.refuse_content) return say("content", facts);
  return std::nullopt;
}

bool Personality::drop_body() {
  if (dropped_ >= host_.drop_bodies) return false;
  ++dropped_;
  return true;
}

}  // namespace hagaki::rehearse
