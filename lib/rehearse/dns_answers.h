#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "rehearse/scenario.h"

namespace hagaki::rehearse {

/// The DNS of a scenario: query packets in, answer packets out (RFC 1035, EDNS0 RFC 6891).
class DnsAnswers {
 public:
  /// `scenario` must outlive it. Error::Config when a line of dns.records is no resource record.
  static Result<DnsAnswers> make(const Scenario& scenario);
  ~DnsAnswers();
  DnsAnswers(DnsAnswers&&) noexcept;
  DnsAnswers& operator=(DnsAnswers&&) noexcept;

  /// The answer to one query. Over UDP it is cut to what the client takes, with the TC bit; `tcp`
  /// allows 64 KiB. Nothing when the scenario says to keep silent, or when the packet is no query.
  [[nodiscard]] std::optional<std::string> answer(std::string_view query, bool tcp) const;

 private:
  struct State;
  explicit DnsAnswers(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace hagaki::rehearse
