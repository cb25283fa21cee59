#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "dns/resolver.h"
#include "dnsbl/answer_cache.h"
#include "dnsbl/check_options.h"
#include "dnsbl/selection.h"
#include "dnsbl/zone_limits.h"

namespace hagaki::dnsbl {

/// Puts questions to lists, each list at its own pace: so many open at once, so many a second, what
/// its row allows. What a list that answers well leaves open is asked once more. A list that leaves
/// questions unanswered is set aside: what is asked of it then is answered at once with what it
/// came to last, and now and then it is tried again. Answers are kept by their TTL.
class ZoneAsker {
 public:
  /// How an answer came about.
  struct How {
    std::chrono::milliseconds elapsed{0};
    /// Why nothing was asked and the answer only stands for one; else empty.
    std::string_view unasked{};
  };
  using Done = std::function<void(const dns::Answer&, const How&)>;
  struct Events {
    /// After an answer has been taken: there may be room for more questions.
    std::function<void()> room;
    /// A list was set aside, is back, or has answered as often as it does in a day.
    std::function<void(NoticeKind, std::size_t zone, std::string detail)> notice;
  };

  /// `resolver`, `zones` and `options` must outlive it.
  ZoneAsker(dns::Resolver& resolver, const std::vector<AskedZone>& zones,
            const CheckOptions& options, Events events);
  /// Drops what is open: its callbacks are not called.
  ~ZoneAsker();
  ZoneAsker(const ZoneAsker&) = delete;
  ZoneAsker& operator=(const ZoneAsker&) = delete;

  /// Asks as soon as may be, `soon` before what else waits. `done` may be called from inside.
  void ask(std::size_t zone, std::string name, dns::Type type, bool soon, Done done);
  /// Sends what may be sent.
  void pump();
  /// Sends nothing any more.
  void stop();

  /// Questions with the resolver now.
  [[nodiscard]] std::size_t open() const;
  /// True where some list that is asked has nothing left to be asked and could be; also before any
  /// was.
  [[nodiscard]] bool hungry() const;
  /// True where every list that was asked is set aside: nobody answers.
  [[nodiscard]] bool all_silent() const;
  /// True where every one of them was tried again several times since, in vain.
  [[nodiscard]] bool given_up() const;
  struct Counts {
    std::uint64_t questions = 0;   ///< put to the zone; the resolver's repetitions are not counted
    std::uint64_t from_cache = 0;  ///< answered by an answer kept
    std::uint64_t set_aside = 0;   ///< times
  };
  [[nodiscard]] Counts counts(std::size_t zone) const;

  struct State;

 private:
  std::shared_ptr<State> state_;
};

}  // namespace hagaki::dnsbl
