#include "spf/check.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "base/text.h"
#include "dns/lookup.h"
#include "dns/names.h"
#include "dns/query_form.h"
#include "spf/macro.h"
#include "spf/record.h"

namespace hagaki::spf {
namespace {

using dns::Answer;
using dns::IpAddress;
using dns::Status;
using dns::Type;

/// One check on its way. Kept alive by the questions it waits for.
class Evaluation : public std::enable_shared_from_this<Evaluation> {
 public:
  Evaluation(dns::Resolver& resolver, Question question, Done done)
      : resolver_(resolver), question_(std::move(question)), done_(std::move(done)) {
    question_.ip = dns::unmapped(question_.ip);
    question_.domain = dns::normal_name(question_.domain);
    if (question_.local.empty()) question_.local = "postmaster";
  }

  void start() {
    const auto& domain = question_.domain;
    if (domain.find('.') == std::string::npos || !dns::fits_wire(domain) ||
        dns::parse_address_literal(domain)) {
      // Nothing to ask; the resolver refuses the empty name later, from its loop.
      resolver_.query("", Type::Txt, [self = shared_from_this()](const Answer&) {
        self->finish({Verdict::None, {}, {}, {}});
      });
      return;
    }
    read(domain, true, [self = shared_from_this()](const Said& said) { self->finish(said); });
  }

 private:
  /// What a record came to.
  struct Said {
    Verdict verdict = Verdict::None;
    std::string mechanism;
    std::string domain;
    std::string problem;
  };
  using Then = std::function<void(const Said&)>;

  /// A record that is gone through.
  struct Frame {
    std::string domain;
    Record record;
    std::size_t at = 0;
    Then then;
  };
  using FramePtr = std::shared_ptr<Frame>;
  using Addresses = std::vector<IpAddress>;

  void finish(const Said& said) {
    outcome_.verdict = said.verdict;
    outcome_.mechanism = said.mechanism;
    outcome_.domain = said.domain;
    outcome_.problem = said.problem;
    done_(outcome_);
  }

  static Said perm_error(const std::string& domain, std::string problem) {
    return {Verdict::PermError, {}, domain, std::move(problem)};
  }
  static Said temp_error(const std::string& domain, std::string problem) {
    return {Verdict::TempError, {}, domain, std::move(problem)};
  }

  /// Which name failed, where it is not the one that the check is about, and why.
  [[nodiscard]] std::string why(const std::string& name, const Answer& answer) const {
    const auto text = dns::explain(answer.status, answer.detail);
    return name == question_.domain ? text : name + ": " + text;
  }

  /// Counts a term that asks DNS. False when it is one too many.
  bool spend() { return ++outcome_.lookups <= kMaxLookups; }
  /// Counts an answer that may hold nothing. False when there were too many.
  bool bears(Status status) {
    const bool nothing = status == Status::NoData || status == Status::NxDomain;
    return !nothing || ++outcome_.void_lookups <= kMaxVoidLookups;
  }

  /// Finds the record of `domain` and goes through it.
  void read(const std::string& domain, bool first, Then then) {
    resolver_.query(domain, Type::Txt,
                    [self = shared_from_this(), domain, first,
                     then = std::move(then)](const Answer& answer) mutable {
                      self->on_record(domain, first, std::move(then), answer);
                    });
  }

  void on_record(const std::string& domain, bool first, Then then, const Answer& answer) {
    if (dns::is_temporary(answer.status)) return then(temp_error(domain, why(domain, answer)));
    if (!first && !bears(answer.status)) return then(too_many_voids(domain));
    auto record = record_in(answer);
    if (!record) {
      return then(perm_error(domain, "record of " + domain + ": " + record.error().text()));
    }
    if (!*record) return then({Verdict::None, {}, domain, {}});
    auto frame = std::make_shared<Frame>();
    frame->domain = domain;
    frame->record = std::move(**record);
    frame->then = std::move(then);
    go_on(frame);
  }

  static Said too_many_voids(const std::string& domain) {
    return perm_error(domain, "more than " + std::to_string(kMaxVoidLookups) +
                                  " names of the record do not exist or hold nothing");
  }
  static Said too_many_lookups(const std::string& domain) {
    return perm_error(domain,
                      "the record asks DNS more than " + std::to_string(kMaxLookups) + " times");
  }

  /// Goes through the mechanisms until one matches or has to ask.
  void go_on(const FramePtr& frame) {
    const auto& mechanisms = frame->record.mechanisms;
    for (; frame->at < mechanisms.size(); ++frame->at) {
      const Mechanism& mechanism = mechanisms[frame->at];
      switch (mechanism.kind) {
        case Mechanism::Kind::All:
          return matched(frame);
        case Mechanism::Kind::Ip4:
        case Mechanism::Kind::Ip6: {
          if (matches(mechanism, mechanism.network)) return matched(frame);
          continue;
        }
        default:
          if (!spend()) return frame->then(too_many_lookups(frame->domain));
          return ask(frame, mechanism);
      }
    }
    if (frame->record.redirect) return redirect(frame);
    frame->then({Verdict::Neutral, {}, frame->domain, {}});
  }

  void matched(const FramePtr& frame) {
    const Mechanism& mechanism = frame->record.mechanisms[frame->at];
    frame->then({verdict_of(mechanism.qualifier), mechanism.text, frame->domain, {}});
  }
  void settle(const FramePtr& frame, bool match) {
    if (match) return matched(frame);
    ++frame->at;
    go_on(frame);
  }

  [[nodiscard]] bool matches(const Mechanism& mechanism, const IpAddress& network) const {
    return dns::same_network(question_.ip, network,
                             question_.ip.v6 ? mechanism.prefix6 : mechanism.prefix4);
  }
  [[nodiscard]] bool matches(const Mechanism& mechanism, const Answer& answer) const {
    return std::any_of(answer.records.begin(), answer.records.end(), [&](const auto& record) {
      const auto ip = dns::parse_ip(record.data);
      return ip && matches(mechanism, *ip);
    });
  }
  [[nodiscard]] Type address_type() const { return question_.ip.v6 ? Type::Aaaa : Type::A; }

  /// Calls `then` with the name that `spec` means in `frame`; with nothing where no name comes out.
  void with_name(const FramePtr& frame, const std::string& spec,
                 std::function<void(std::optional<std::string>)> then) {
    if (spec.empty()) return then(frame->domain);
    if (!wants_validated_name(spec) || validated_) {
      return then(name_of(spec, frame->domain));
    }
    // %{p} counts as a term that asks (RFC 7208 §4.6.4).
    if (!spend()) return frame->then(too_many_lookups(frame->domain));
    find_validated(frame, [self = shared_from_this(), frame, spec, then = std::move(then)] {
      then(self->name_of(spec, frame->domain));
    });
  }

  [[nodiscard]] std::optional<std::string> name_of(const std::string& spec,
                                                   const std::string& domain) const {
    const std::string validated = validated_name(domain);
    const std::string expanded = expand(spec, {.local = question_.local,
                                               .sender = question_.domain,
                                               .domain = domain,
                                               .helo = question_.helo,
                                               .validated = validated,
                                               .ip = question_.ip});
    std::string name = dns::normal_name(fit_name(expanded));
    if (!dns::fits_wire(name)) return std::nullopt;
    return name;
  }

  /// Of the validated names that of `domain`, or one below it, or any (RFC 7208 §7.3).
  [[nodiscard]] std::string validated_name(const std::string& domain) const {
    if (!validated_ || validated_->empty()) return "unknown";
    const auto below = std::find_if(validated_->begin(), validated_->end(),
                                    [&](const auto& name) { return name.ends_with('.' + domain); });
    if (std::find(validated_->begin(), validated_->end(), domain) != validated_->end()) {
      return domain;
    }
    return below != validated_->end() ? *below : validated_->front();
  }

  void ask(const FramePtr& frame, const Mechanism& mechanism) {
    with_name(frame, mechanism.target,
              [self = shared_from_this(), frame](const std::optional<std::string>& name) {
                self->ask_about(frame, name);
              });
  }

  void ask_about(const FramePtr& frame, const std::optional<std::string>& name) {
    const Mechanism& mechanism = frame->record.mechanisms[frame->at];
    if (mechanism.kind == Mechanism::Kind::Include) return include(frame, name);
    if (!name) return settle(frame, false);
    switch (mechanism.kind) {
      case Mechanism::Kind::Mx:
        return ask_mx(frame, *name);
      case Mechanism::Kind::Ptr:
        return ask_ptr(frame, *name);
      default:
        return ask_address(frame, *name);
    }
  }

  /// Of "a" and "exists".
  void ask_address(const FramePtr& frame, const std::string& name) {
    const bool exists = frame->record.mechanisms[frame->at].kind == Mechanism::Kind::Exists;
    resolver_.query(name, exists ? Type::A : address_type(),
                    [self = shared_from_this(), frame, name, exists](const Answer& answer) {
                      if (!self->takes(frame, name, answer)) return;
                      const Mechanism& mechanism = frame->record.mechanisms[frame->at];
                      self->settle(frame, exists ? answer.status == Status::Ok
                                                 : self->matches(mechanism, answer));
                    });
  }

  /// False when the answer ends the check.
  bool takes(const FramePtr& frame, const std::string& name, const Answer& answer) {
    if (dns::is_temporary(answer.status)) {
      frame->then(temp_error(frame->domain, why(name, answer)));
      return false;
    }
    if (!bears(answer.status)) {
      frame->then(too_many_voids(frame->domain));
      return false;
    }
    return true;
  }

  void ask_mx(const FramePtr& frame, const std::string& name) {
    resolver_.query(name, Type::Mx, [self = shared_from_this(), frame, name](const Answer& answer) {
      if (!self->takes(frame, name, answer)) return;
      if (answer.records.size() > kMaxMxHosts) {
        return frame->then(perm_error(
            frame->domain, name + " has more than " + std::to_string(kMaxMxHosts) + " MX"));
      }
      auto hosts = answer.records;
      std::sort(hosts.begin(), hosts.end(), [](const auto& a, const auto& b) {
        return a.preference != b.preference ? a.preference < b.preference : a.data < b.data;
      });
      std::vector<std::string> names;
      for (const auto& host : hosts) {
        if (dns::fits_wire(host.data)) names.push_back(host.data);
      }
      dns::query_each(self->resolver_, names, self->address_type(),
                      [self, frame, names](const std::vector<Answer>& answers) {
                        // In the order in which one after the other would have been asked.
                        for (std::size_t i = 0; i < names.size(); ++i) {
                          if (!self->takes(frame, names[i], answers[i])) return;
                          if (self->matches(frame->record.mechanisms[frame->at], answers[i])) {
                            return self->matched(frame);
                          }
                        }
                        self->settle(frame, false);
                      });
    });
  }

  void ask_ptr(const FramePtr& frame, const std::string& name) {
    find_validated(frame, [self = shared_from_this(), frame, name] {
      const auto& names = *self->validated_;
      self->settle(frame, std::any_of(names.begin(), names.end(), [&](const auto& validated) {
                     return validated == name || validated.ends_with('.' + name);
                   }));
    });
  }

  /// Finds the names of the address that lead back to it (RFC 7208 §5.5). What DNS fails to say
  /// validates nothing.
  void find_validated(const FramePtr& frame, std::function<void()> then) {
    if (validated_) return then();
    resolver_.query(
        dns::ptr_name(question_.ip), Type::Ptr,
        [self = shared_from_this(), frame, then = std::move(then)](const Answer& answer) {
          if (!self->bears(answer.status)) return frame->then(too_many_voids(frame->domain));
          std::vector<std::string> names;
          for (const auto& record : answer.records) {
            if (names.size() < kMaxPtrNames && dns::fits_wire(record.data)) {
              names.push_back(record.data);
            }
          }
          dns::query_each(self->resolver_, names, self->address_type(),
                          [self, names, then](const std::vector<Answer>& answers) {
                            self->validated_.emplace();
                            for (std::size_t i = 0; i < names.size(); ++i) {
                              if (self->matches(Mechanism(), answers[i]))
                                self->validated_->push_back(names[i]);
                            }
                            then();
                          });
        });
  }

  void include(const FramePtr& frame, const std::optional<std::string>& name) {
    if (!name) {
      return frame->then(perm_error(frame->domain, "an include that names no domain"));
    }
    read(*name, false, [self = shared_from_this(), frame, name](const Said& said) {
      switch (said.verdict) {
        case Verdict::Pass:
          return self->matched(frame);
        case Verdict::None:
          return frame->then(perm_error(frame->domain, "included " + *name + " has no SPF record"));
        case Verdict::TempError:
        case Verdict::PermError:
          return frame->then(said);
        default:
          return self->settle(frame, false);
      }
    });
  }

  void redirect(const FramePtr& frame) {
    if (!spend()) return frame->then(too_many_lookups(frame->domain));
    with_name(frame, *frame->record.redirect,
              [self = shared_from_this(), frame](const std::optional<std::string>& name) {
                if (!name) {
                  return frame->then(perm_error(frame->domain, "a redirect that names no domain"));
                }
                self->read(*name, false, [frame, name](const Said& said) {
                  if (said.verdict != Verdict::None) return frame->then(said);
                  frame->then(perm_error(frame->domain, *name + " of redirect has no SPF record"));
                });
              });
  }

  dns::Resolver& resolver_;
  Question question_;
  Done done_;
  Outcome outcome_;
  std::optional<std::vector<std::string>> validated_;
};

}  // namespace

void check_host(dns::Resolver& resolver, Question question, Done done) {
  std::make_shared<Evaluation>(resolver, std::move(question), std::move(done))->start();
}

}  // namespace hagaki::spf
