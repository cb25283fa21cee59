#include "rules/receiver_reply.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace hagaki::rules {
namespace {

template <std::size_t N>
bool is_one_of(std::string_view word, const std::array<std::string_view, N>& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

template <std::size_t N>
bool holds_one_of(std::string_view text, const std::array<std::string_view, N>& words) {
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) {
    return ascii_ifind(text, word) != std::string_view::npos;
  });
}

/// What greylisting says of itself: Postgrey, sqlgrey, milter-greylist, Exim's and rspamd's.
bool is_greylisting(std::string_view text) {
  constexpr std::array<std::string_view, 7> kWords = {
      "greylist", "graylist", "grey-list", "gray-list", "grey list", "gray list", "postgrey"};
  return holds_one_of(text, kWords);
}

/// A session that has had its number of messages, or did nothing for too long: the next one is
/// welcome.
bool is_about_session(const Observation& seen) {
  constexpr std::array<std::string_view, 5> kNumber = {
      "per connection", "this connection", "single connection", "one connection", "per session"};
  constexpr std::array<std::string_view, 4> kIdle = {"timeout", "timed out", "idle", "inactivity"};
  if (seen.code != 421) return false;
  if (ascii_ifind(seen.text, "message") != std::string_view::npos &&
      holds_one_of(seen.text, kNumber))
    return true;
  return seen.status.starts_with("4.4.") || holds_one_of(seen.text, kIdle);
}

/// A customer's own list at a host of many customers (Exchange Online).
bool is_customers_list(const Observation& seen) {
  constexpr std::array<std::string_view, 2> kWords = {"customer block list",
                                                      "rejected by recipient"};
  return seen.status == "5.7.513" || holds_one_of(seen.text, kWords);
}

bool is_about_mailbox(std::string_view status) {
  return status.starts_with("4.2.") || status.starts_with("5.2.");
}

constexpr std::array<std::string_view, 3> kRefused = {"blocked", "badreputation", "requireptr"};
constexpr std::array<std::string_view, 2> kUnwanted = {"authfailure", "rejected"};
constexpr std::array<std::string_view, 5> kContent = {
    "spamdetected", "policyviolation", "contenterror", "virusdetected", "notcompliantrfc"};
/// Of one recipient, or of his domain.
constexpr std::array<std::string_view, 11> kRecipient = {
    "mailboxfull", "suspend",     "filtered", "exceedlimit", "mesgtoobig", "mailererror",
    "hostunknown", "userunknown", "hasmoved", "notaccept",   "norelaying"};

}  // namespace

ReplySense sense_of(const Observation& seen) {
  if (seen.outcome == Observation::Outcome::Delivered) return ReplySense::Accepted;
  const bool permanent = seen.code >= 500;
  if (seen.code < 400) return ReplySense::Nothing;
  if (seen.reason == "userunknown" && permanent) return ReplySense::Unknown;
  if (is_one_of(seen.reason, kRecipient)) return ReplySense::Nothing;
  if (is_greylisting(seen.text) || is_about_session(seen)) return ReplySense::Nothing;
  if (seen.reason == "speeding") {
    return is_about_mailbox(seen.status) ? ReplySense::Nothing : ReplySense::TooFast;
  }
  if (seen.reason == "toomanyconn") return ReplySense::TooMany;

  const bool refused = is_one_of(seen.reason, kRefused);
  if (refused || is_one_of(seen.reason, kUnwanted)) {
    if (is_customers_list(seen)) return ReplySense::Nothing;
    if (!permanent) return ReplySense::PutOff;
    return refused ? ReplySense::Refused : ReplySense::Unwanted;
  }
  if (permanent) {
    return is_one_of(seen.reason, kContent) ? ReplySense::Content : ReplySense::Nothing;
  }
  if (seen.code == 421) return ReplySense::TooFast;
  return seen.status.starts_with("4.7.") ? ReplySense::Perhaps : ReplySense::Nothing;
}

}  // namespace hagaki::rules
