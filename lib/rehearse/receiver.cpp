#include "rehearse/receiver.h"

#include <fmt/core.h>

#include <algorithm>

#include "address/address.h"
#include "base/text.h"
#include "rehearse/report.h"

namespace hagaki::rehearse {
namespace {

constexpr int kHops = 10;  // a longer chain of forwards is a loop

std::string_view domain_part(std::string_view address) {
  const std::size_t at = address.rfind('@');
  return at == std::string_view::npos ? std::string_view() : address.substr(at + 1);
}

/// A relay that hands on a 421 says 451: a 421 of its own would end its client's session.
std::string relayed(std::string reply) {
  if (reply.starts_with("421 ")) reply.replace(0, 3, "451");
  return reply;
}

}  // namespace

std::string_view header_section(std::string_view message) {
  if (message.starts_with("\r\n")) return {};
  const std::size_t end = message.find("\r\n\r\n");
  return end == std::string_view::npos ? message : message.substr(0, end + 2);
}

std::string header_value(std::string_view headers, std::string_view name) {
  const std::string start = std::string(name) + ":";
  for (std::size_t at = 0; at < headers.size();) {
    std::size_t end = headers.find("\r\n", at);
    while (end != std::string_view::npos && end + 2 < headers.size() &&
           (headers[end + 2] == ' ' || headers[end + 2] == '\t'))
      end = headers.find("\r\n", end + 2);
    if (end == std::string_view::npos) end = headers.size();
    const std::string_view line = headers.substr(at, end - at);
    if (ascii_istarts_with(line, start)) return squeeze(line.substr(start.size()));
    at = end + 2;
  }
  return {};
}

Receiver::Receiver(const Scenario& scenario, Edge& edge) : scenario_(scenario), edge_(edge) {
  relay_.name = scenario.relay_name;
  for (const Host& host : scenario.hosts) personalities_.emplace_back(host, scenario.replies);
}

std::string Receiver::say(std::size_t host, std::string_view kind, const ReplyFacts& facts) const {
  if (host == kRelay) return fill_reply(scenario_.replies.find({}, kind), facts);
  return personalities_[host].say(kind, facts);
}

std::optional<std::string> Receiver::connected(std::size_t host, std::string_view ip,
                                               Timestamp now) {
  ++counts_.connections;
  if (host == kRelay) return std::nullopt;
  return personalities_[host].connected(ip, now);
}

void Receiver::disconnected(std::size_t host) {
  if (host != kRelay) personalities_[host].disconnected();
}

std::optional<std::string> Receiver::transaction(std::size_t host, std::string_view sender,
                                                 std::string_view ip, std::uint32_t nth,
                                                 Timestamp now) {
  if (host == kRelay) return std::nullopt;
  return personalities_[host].transaction(sender, ip, nth, now);
}

Receiver::Routed Receiver::route(std::string_view recipient) const {
  Routed routed;
  const auto domain = Domain::parse(domain_part(recipient));
  const std::string name = domain ? domain->ascii() : std::string(domain_part(recipient));
  routed.rule = scenario_.domain(name);
  const DnsState dns = routed.rule != nullptr ? routed.rule->dns : scenario_.unknown_names;
  const auto say = [&](std::string_view code, std::string_view text) {
    routed.failure = fmt::format("{} {}", code, fmt::format(fmt::runtime(text), name));
  };
  switch (dns) {
    case DnsState::NoDomain:
      say("550 5.1.2",
          "Host or domain name not found. Name service error for name={} type=MX: Host not found");
      return routed;
    case DnsState::NoMailHost:
      say("550 5.1.2",
          "Host or domain name not found. Name service error for name={} type=A: Host "
          "found but no data record of requested type");
      return routed;
    case DnsState::NullMx:
      say("556 5.1.10", "Domain {} does not accept mail (nullMX)");
      return routed;
    case DnsState::ServFail:
    case DnsState::Refused:
    case DnsState::Timeout:
      say("451 4.4.3",
          "Host or domain name not found. Name service error for name={} type=MX: "
          "Host not found, try again");
      return routed;
    case DnsState::Ok:
      break;
  }
  if (routed.rule == nullptr) {
    say("550 5.1.2", "Host or domain name not found: {}");
    return routed;
  }
  for (const std::size_t index : scenario_.route(*routed.rule)) {
    if (personalities_[index].host().down) continue;
    routed.host = index;
    return routed;
  }
  say("451 4.4.1", "connect to mail hosts of {}: Connection refused");
  return routed;
}

std::optional<std::string> Receiver::recipient(std::size_t host, std::string_view sender,
                                               std::string_view recipient, std::string_view ip,
                                               std::uint32_t nth, Timestamp now,
                                               Accepted& accepted) {
  accepted.recipient = recipient;
  accepted.host = host;
  accepted.verdict = {};
  if (host == kRelay && scenario_.relay == Scenario::Relay::Queue) return std::nullopt;

  std::string spoken_by;
  if (host == kRelay) {
    spoken_by = relay_.name;
    const Routed routed = route(recipient);
    if (!routed.failure.empty()) {
      accepted.verdict = {Verdict::Action::Refuse, routed.failure, {}};
    } else {
      Personality& personality = personalities_[routed.host];
      accepted.host = routed.host;
      std::optional<std::string> refusal = personality.connected(ip, now);
      if (!refusal) refusal = personality.transaction(sender, ip, 0, now);
      if (refusal)
        accepted.verdict = {Verdict::Action::Refuse, relayed(*refusal), {}};
      else
        accepted.verdict = personality.recipient(routed.rule, sender, recipient, ip, nth, now);
      if (accepted.verdict.action == Verdict::Action::Refuse)
        accepted.verdict.reply = relayed(accepted.verdict.reply);
      personality.disconnected();
    }
  } else {
    const auto domain = Domain::parse(domain_part(recipient));
    const DomainRule* rule = domain ? scenario_.domain(domain->ascii()) : nullptr;
    if (rule != nullptr) {
      const auto hosts = scenario_.route(*rule);
      if (std::find(hosts.begin(), hosts.end(), host) == hosts.end()) rule = nullptr;
    }
    accepted.verdict = personalities_[host].recipient(rule, sender, recipient, ip, nth, now);
  }
  if (accepted.verdict.action != Verdict::Action::Refuse) return std::nullopt;
  const bool temporary = reply_class(accepted.verdict.reply) == 4;
  ++(temporary ? counts_.deferred : counts_.refused);
  const std::string& who = accepted.host == kRelay ? relay_.name : this->host(accepted.host).name;
  tell(temporary ? "deferred" : "refused", recipient, sender, who, {}, accepted.verdict.reply, now);
  return accepted.verdict.reply;
}

void Receiver::tell(std::string_view event, std::string_view recipient, std::string_view sender,
                    std::string_view host, std::string_view message, std::string_view reply,
                    Timestamp now) {
  const std::string id =
      message.empty() ? std::string() : header_value(header_section(message), "Message-ID");
  const std::string text = reply.empty() ? std::string() : diagnostic_reply(reply);
  edge_.happened({.event = event,
                  .recipient = recipient,
                  .sender = sender,
                  .host = host,
                  .message_id = id,
                  .reply = text,
                  .time = now});
}

bool Receiver::store(std::size_t host, std::string_view sender, std::string_view recipient,
                     std::string_view original, std::string_view message, Timestamp now) {
  const std::string& name = this->host(host).name;
  const auto stored = edge_.deliver({.host = name,
                                     .sender = sender,
                                     .recipient = recipient,
                                     .original = original,
                                     .message = message,
                                     .time = now});
  if (!stored) return false;
  ++counts_.delivered;
  tell("accepted", original, sender, name, message, {}, now);
  return true;
}

BodyOutcome Receiver::message(std::size_t host, std::string_view sender,
                              const std::vector<Accepted>& recipients, std::string&& body,
                              std::string_view ip, Timestamp now) {
  BodyOutcome outcome;
  const auto message = std::make_shared<const std::string>(std::move(body));
  const auto refuse = [&](std::string reply) {
    const bool temporary = reply_class(reply) == 4;
    for (const Accepted& accepted : recipients) {
      ++(temporary ? counts_.deferred : counts_.refused);
      tell(temporary ? "deferred" : "refused", accepted.recipient, sender,
           this->host(accepted.host).name, *message, reply, now);
    }
    outcome.reply = std::move(reply);
  };
  const std::string_view headers = header_section(*message);
  for (const Accepted& accepted : recipients) {
    if (accepted.host == kRelay) continue;
    Personality& personality = personalities_[accepted.host];
    if (accepted.verdict.action == Verdict::Action::RefuseBody) {
      refuse(host == kRelay ? relayed(accepted.verdict.reply) : accepted.verdict.reply);
      return outcome;
    }
    if (const auto refusal = personality.message(headers, sender, accepted.recipient, ip)) {
      refuse(host == kRelay ? relayed(*refusal) : *refusal);
      return outcome;
    }
  }
  const std::size_t speaker = host == kRelay ? recipients.front().host : host;
  if (speaker != kRelay && personalities_[speaker].drop_body()) {
    ++counts_.dropped;
    for (const Accepted& accepted : recipients)
      tell("dropped", accepted.recipient, sender, this->host(accepted.host).name, *message, {},
           now);
    outcome.drop = true;
    return outcome;
  }

  bool taken = false;
  for (const Accepted& accepted : recipients) {
    if (accepted.host == kRelay || accepted.verdict.action != Verdict::Action::Deliver) {
      settle(accepted, sender, message, now);
    } else if (!store(accepted.host, sender, accepted.recipient, accepted.recipient, *message,
                      now)) {
      if (!taken) {
        refuse("451 4.3.0 Error: queue file write error");
        return outcome;
      }
      // Others have their copy already: the client must not send again, so we try ourselves.
      enqueue({message, std::string(sender), accepted.recipient, accepted.recipient, accepted.host,
               now + scenario_.queue_lifetime},
              now + scenario_.queue_retry);
    }
    taken = true;
  }
  ++counts_.messages;
  return outcome;
}

void Receiver::settle(const Accepted& accepted, std::string_view sender,
                      const std::shared_ptr<const std::string>& message, Timestamp now) {
  Queued item{message,       std::string(sender),           accepted.recipient, accepted.recipient,
              accepted.host, now + scenario_.queue_lifetime};
  if (accepted.host == kRelay) return enqueue(std::move(item), now);
  if (accepted.verdict.action == Verdict::Action::BounceLater) {
    tell("accepted", accepted.recipient, sender, host(accepted.host).name, *message, {}, now);
    return write_bounce(item, {accepted.verdict.reply, {}, true}, now);
  }
  ++counts_.forwarded;
  tell("forwarded", accepted.recipient, sender, host(accepted.host).name, *message, {}, now);
  item.recipient = accepted.verdict.target;
  enqueue(std::move(item), now);
}

void Receiver::enqueue(Queued item, Timestamp due) {
  queue_.emplace(due, std::move(item));
}

std::optional<Timestamp> Receiver::next_due() const {
  if (queue_.empty()) return std::nullopt;
  return queue_.begin()->first;
}

void Receiver::run_queue(Timestamp now) {
  while (!queue_.empty() && queue_.begin()->first <= now) {
    auto node = queue_.extract(queue_.begin());
    Queued& item = node.mapped();
    const auto failure = try_once(item, now);
    if (!failure) continue;
    if (failure->permanent || now >= item.expires)
      write_bounce(item, *failure, now);
    else
      enqueue(std::move(item), now + scenario_.queue_retry);
  }
}

std::optional<Receiver::Failure> Receiver::try_once(const Queued& item, Timestamp now) {
  const auto failed = [](std::string reply, std::string remote) {
    const bool permanent = reply_class(reply) == 5;
    return Failure{std::move(reply), std::move(remote), permanent};
  };
  if (item.hops >= kHops) return failed("554 5.4.6 Too many hops, mail forwarding loop", {});
  const Routed routed = route(item.recipient);
  if (!routed.failure.empty()) return failed(routed.failure, {});

  Personality& personality = personalities_[routed.host];
  const std::string& name = personality.host().name;
  const std::string_view ip = item.reporter == kRelay
                                  ? std::string_view("127.0.0.1")
                                  : std::string_view(host(item.reporter).address);
  std::optional<std::string> refusal = personality.connected(ip, now);
  personality.disconnected();
  if (!refusal) refusal = personality.transaction(item.sender, ip, 0, now);
  if (refusal) return failed(*refusal, name);
  Verdict verdict = personality.recipient(routed.rule, item.sender, item.recipient, ip, 0, now);
  if (verdict.action == Verdict::Action::Refuse || verdict.action == Verdict::Action::RefuseBody)
    return failed(verdict.reply, name);
  refusal = personality.message(header_section(*item.message), item.sender, item.recipient, ip);
  if (refusal) return failed(*refusal, name);

  if (verdict.action == Verdict::Action::Deliver) {
    if (store(routed.host, item.sender, item.recipient, item.original, *item.message, now))
      return std::nullopt;
    return failed("451 4.3.0 Error: queue file write error", name);
  }
  Queued next = item;
  next.reporter = routed.host;
  if (verdict.action == Verdict::Action::BounceLater) {
    write_bounce(next, failed(verdict.reply, {}), now);
    return std::nullopt;
  }
  ++counts_.forwarded;
  next.recipient = verdict.target;
  ++next.hops;
  enqueue(std::move(next), now);
  return std::nullopt;
}

void Receiver::write_bounce(const Queued& item, const Failure& failure, Timestamp now) {
  const Host& reporter = host(item.reporter);
  tell("bounced", item.original, item.sender, reporter.name, *item.message, failure.reply, now);
  if (item.sender.empty()) return;  // RFC 5321 §4.5.5: nothing is ever returned to <>
  ++counts_.bounced;
  std::string_view remote_ip;
  if (const auto remote = scenario_.host(failure.remote)) remote_ip = host(*remote).address;
  const std::string diagnostic = diagnostic_reply(failure.reply);
  const std::string status = reply_status(failure.reply);
  const std::string id =
      fmt::format("{:X}{:04X}", now.time_since_epoch().count(), counts_.bounced & 0xffff);
  const Report report{.reporting_mta = reporter.name,
                      .to = item.sender,
                      .recipient = item.recipient,
                      .status = status,
                      .diagnostic = diagnostic,
                      .remote_mta = failure.remote,
                      .remote_ip = remote_ip,
                      .text = diagnostic,
                      .headers = header_section(*item.message),
                      .arrived = item.expires - scenario_.queue_lifetime,
                      .time = now,
                      .id = id};
  const std::string bounce = write_report(report, reporter.bounce_style);
  if (edge_.bounce(item.sender, bounce, now)) return;
  enqueue({std::make_shared<const std::string>(bounce),
           {},
           item.sender,
           item.sender,
           item.reporter,
           now + scenario_.queue_lifetime},
          now);
}

}  // namespace hagaki::rehearse
