#include "preflight/sender.h"

#include "dns/lookup.h"
#include "preflight/sender_state.h"

namespace hagaki::preflight {
namespace {

/// What is left where `part` could not be checked.
Finding unknown(const SenderCheck::State::Part& part, const std::string& why) {
  return {part.id, part.what + ": " + why, true, part.address};
}

}  // namespace

void HeardResolver::query(const std::string& name, dns::Type type, Done done) {
  asked_ = true;
  resolver_.query(name, type,
                  [this, weak = std::weak_ptr<bool>(alive_),
                   done = std::move(done)](const dns::Answer& answer) {
                    if (weak.expired()) return;
                    const bool looked_up = !dns::is_temporary(answer.status);
                    heard_ = heard_ || looked_up;
                    if (!looked_up) failure_ = dns::explain(answer.status, answer.detail);
                    done(answer);
                  });
}

std::size_t SenderCheck::State::open(Id id, std::string what, std::string address) {
  parts.push_back({id, std::move(what), std::move(address)});
  return parts.size() - 1;
}

void SenderCheck::State::close(std::size_t part, std::vector<Finding> found) {
  if (ended || !parts[part].open) return;
  parts[part].open = false;
  for (Finding& finding : found) {
    finding.address = parts[part].address;
    findings.push_back(std::move(finding));
  }
  finish_if_done();
}

void SenderCheck::State::close_unknown(std::size_t part, const std::string& why) {
  close(part, {unknown(parts[part], why)});
}

void SenderCheck::State::finish_if_done() {
  if (starting || ended) return;
  for (const Part& part : parts) {
    if (part.open) return;
  }
  ended = true;
  done(result());
}

std::vector<Finding> SenderCheck::State::result() {
  if (!resolver.asked() || resolver.heard()) return findings;
  // One finding says that DNS is away, instead of each that needs it.
  std::vector<Finding> out;
  for (Finding& finding : findings) {
    if (!finding.unknown) out.push_back(std::move(finding));
  }
  out.push_back(
      {"dns-silent", resolver.failure().empty() ? "no answer" : resolver.failure(), true});
  return out;
}

std::vector<SendingAddress> SenderCheck::State::addresses() const {
  std::vector<SendingAddress> out;
  if (sender.ip) out.push_back({*sender.ip, sender.helo});
  out.insert(out.end(), sender.others.begin(), sender.others.end());
  return out;
}

SenderCheck::SenderCheck(dns::Resolver& resolver, const std::vector<dnsbl::AskedZone>& zones,
                         Sender sender, std::function<Timestamp()> now)
    : state_(std::make_shared<State>(resolver, zones, std::move(sender), std::move(now))) {}

SenderCheck::~SenderCheck() = default;

void SenderCheck::start(Done done) {
  state_->done = std::move(done);
  const Sender& sender = state_->sender;
  if (!sender.ip || !sender.ip_unknown.empty()) {
    state_->add("sending-ip-unknown", sender.ip_unknown);
  }
  check_mailboxes(*state_);
  check_authentication(*state_);
  check_names(*state_);
  check_lists(*state_);
  state_->starting = false;
  state_->finish_if_done();
}

std::vector<Finding> SenderCheck::end(const std::string& why) {
  State& state = *state_;
  state.ended = true;
  for (const State::Part& part : state.parts) {
    if (part.open) state.findings.push_back(unknown(part, why));
  }
  return state.result();
}

}  // namespace hagaki::preflight
