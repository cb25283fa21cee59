#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "rehearse/edge.h"
#include "rehearse/personality.h"
#include "rehearse/scenario.h"

namespace hagaki::rehearse {

/// A recipient that was accepted in a session, with what becomes of it.
struct Accepted {
  std::string recipient;
  Verdict verdict;
  std::size_t host = 0;  ///< whose verdict
};

/// What came of the end of a message.
struct BodyOutcome {
  std::string reply;  ///< refusal; empty = accepted
  bool drop = false;  ///< close the connection without an answer
};

/// All mail hosts of a scenario and the queue between them. Pure but for its Edge; time is handed
/// in.
class Receiver {
 public:
  static constexpr std::size_t kRelay = ~std::size_t{0};

  /// `scenario` and `edge` must outlive it.
  Receiver(const Scenario& scenario, Edge& edge);

  [[nodiscard]] const Scenario& scenario() const { return scenario_; }
  /// The personality behind an index; kRelay has manners of its own (Scenario::Relay).
  [[nodiscard]] const Host& host(std::size_t index) const {
    return index == kRelay ? relay_ : personalities_[index].host();
  }

  /// A host's words; see Personality::say().
  [[nodiscard]] std::string say(std::size_t host, std::string_view kind,
                                const ReplyFacts& facts) const;

  /// A session's events in order; see Personality. `host` may be kRelay.
  std::optional<std::string> connected(std::size_t host, std::string_view ip, Timestamp now);
  void disconnected(std::size_t host);
  std::optional<std::string> transaction(std::size_t host, std::string_view sender,
                                         std::string_view ip, std::uint32_t nth, Timestamp now);
  /// The refusal for `recipient`, or nothing and `accepted` filled.
  std::optional<std::string> recipient(std::size_t host, std::string_view sender,
                                       std::string_view recipient, std::string_view ip,
                                       std::uint32_t nth, Timestamp now, Accepted& accepted);
  /// A whole message, `body`, with its recipients (at least one).
  BodyOutcome message(std::size_t host, std::string_view sender,
                      const std::vector<Accepted>& recipients, std::string&& body,
                      std::string_view ip, Timestamp now);

  /// Tries what is due in the queue.
  void run_queue(Timestamp now);
  /// When run_queue() is next needed; nothing while the queue is empty.
  [[nodiscard]] std::optional<Timestamp> next_due() const;
  [[nodiscard]] std::size_t queued() const { return queue_.size(); }

  struct Counts {
    std::uint64_t connections = 0;
    std::uint64_t messages = 0;   ///< messages accepted
    std::uint64_t delivered = 0;  ///< recipients delivered to a mailbox
    std::uint64_t refused = 0;    ///< recipients refused for good in a session
    std::uint64_t deferred = 0;   ///< recipients put off in a session
    std::uint64_t forwarded = 0;
    std::uint64_t bounced = 0;  ///< bounces written
    std::uint64_t dropped = 0;  ///< messages received and not answered
  };
  [[nodiscard]] const Counts& counts() const { return counts_; }

 private:
  struct Queued {
    std::shared_ptr<const std::string> message;
    std::string sender;
    std::string recipient;  ///< where it goes now
    std::string original;   ///< where it was sent to
    std::size_t reporter;   ///< who sends it on and answers for it
    Timestamp expires;
    int hops = 0;
  };
  struct Failure {
    std::string reply;   ///< as in Replies
    std::string remote;  ///< who said it; empty when the reporter did
    bool permanent = false;
  };

  /// Where mail for `recipient` goes: its rule and best host that is up, or why not.
  struct Routed {
    const DomainRule* rule = nullptr;
    std::size_t host = kRelay;
    std::string failure;  ///< "550 5.1.2 …"; empty when there is a host
  };
  [[nodiscard]] Routed route(std::string_view recipient) const;

  std::optional<Failure> try_once(const Queued& item, Timestamp now);
  void enqueue(Queued item, Timestamp due);
  void settle(const Accepted& accepted, std::string_view sender,
              const std::shared_ptr<const std::string>& message, Timestamp now);
  void write_bounce(const Queued& item, const Failure& failure, Timestamp now);
  void tell(std::string_view event, std::string_view recipient, std::string_view sender,
            std::string_view host, std::string_view message, std::string_view reply, Timestamp now);
  bool store(std::size_t host, std::string_view sender, std::string_view recipient,
             std::string_view original, std::string_view message, Timestamp now);

  const Scenario& scenario_;
  Edge& edge_;
  Host relay_;
  std::deque<Personality> personalities_;
  std::multimap<Timestamp, Queued> queue_;
  Counts counts_;
};

/// The header section of a message (with its last line end), and one of its headers unfolded.
std::string_view header_section(std::string_view message);
std::string header_value(std::string_view headers, std::string_view name);

}  // namespace hagaki::rehearse
