#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "base/time.h"
#include "rehearse/scenario.h"

namespace hagaki::rehearse {

/// What a host does with one recipient.
struct Verdict {
  enum class Action {
    Deliver,
    Refuse,       ///< `reply` now
    RefuseBody,   ///< accept RCPT, `reply` to the message
    BounceLater,  ///< accept, then return `reply` as a bounce of this host
    Forward,      ///< accept, then send on to `target`
  };
  Action action = Action::Deliver;
  std::string reply;   ///< filled in, as in Replies
  std::string target;  ///< Forward
};

/// One mail host as it behaves over time: counts connections, remembers greylisted pairs. Time is
/// handed in and must not go backwards.
class Personality {
 public:
  /// `host` and `replies` must outlive it.
  Personality(const Host& host, const Replies& replies) : host_(host), replies_(replies) {}

  [[nodiscard]] const Host& host() const { return host_; }

  /// A connection arrives: the refusal it gets in place of a greeting, or nothing. Counts it
  /// either way; each needs its disconnected().
  std::optional<std::string> connected(std::string_view ip, Timestamp now);
  void disconnected() { --open_; }

  /// A MAIL command, the `nth` of its session counted from 0: a refusal or nothing.
  std::optional<std::string> transaction(std::string_view sender, std::string_view ip,
                                         std::uint32_t nth, Timestamp now);

  /// A RCPT command for `recipient`, whose domain `rule` says; nullptr when the domain is not this
  /// host's. `nth` counts the transaction's accepted recipients from 0.
  Verdict recipient(const DomainRule* rule, std::string_view sender, std::string_view recipient,
                    std::string_view ip, std::uint32_t nth, Timestamp now);

  /// A whole message: a refusal or nothing.
  std::optional<std::string> message(std::string_view headers, std::string_view sender,
                                     std::string_view recipient, std::string_view ip);

  /// True when this message is to be dropped without an answer; counts.
  bool drop_body();

  /// This host's words for `kind`, filled in.
  [[nodiscard]] std::string say(std::string_view kind, const ReplyFacts& facts) const;

 private:
  struct PairHash {
    std::size_t operator()(const std::pair<std::string, std::string>& pair) const {
      return std::hash<std::string>()(pair.first) * 31 + std::hash<std::string>()(pair.second);
    }
  };

  const Host& host_;
  const Replies& replies_;
  std::uint32_t open_ = 0;
  std::uint64_t connections_ = 0;
  std::uint64_t transactions_ = 0;
  std::uint32_t dropped_ = 0;
  std::uint64_t accepted_ = 0;  // recipients
  std::optional<Timestamp> first_connection_;
  Timestamp window_start_{};
  std::uint32_t in_window_ = 0;
  std::unordered_map<std::pair<std::string, std::string>, Timestamp, PairHash> greylist_;
};

}  // namespace hagaki::rehearse
