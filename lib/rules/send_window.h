#pragma once

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time_zone.h"

namespace hagaki::rules {

/// Finds a zone by its name; the local one for an empty name (store/time_zones.h does both).
using ZoneFinder = std::function<Result<std::shared_ptr<const TimeZone>>(std::string_view name)>;

/// The hours of the week in which mail may be sent.
class SendWindow {
 public:
  /// Always open.
  SendWindow() = default;

  /// Reads "[DAYS] HOURS [ZONE]", several of these with ";" between them. DAYS are names of
  /// weekdays in English, whole or of three letters: "Mon-Fri", "Mon,Wed,Sat-Sun"; without any it
  /// is every day. HOURS are "09:00-18:00", several with ",", or "24h"; an end that lies before its
  /// beginning is on the next day: "Fri 22:00-06:00" ends on Saturday. ZONE is as in "Asia/Tokyo",
  /// else the local one. Error::Syntax, and what `zones` says.
  static Result<SendWindow> parse(std::string_view text, const ZoneFinder& zones);

  /// Opens it at these times, too. Adding to one that is always open narrows it to `other`.
  void add(const SendWindow& other);

  /// Whether mail may be sent at `t`. The end of a span is no longer in it. Where clocks are put
  /// forward over a span, it does not open that day; where they are put back into it, it opens
  /// twice.
  [[nodiscard]] bool open(Timestamp t) const;
  /// `t` where it is open, else when it opens next.
  [[nodiscard]] Timestamp next_open(Timestamp t) const;
  /// When it closes next: `t` where it is not open. Nothing when it stays open.
  [[nodiscard]] std::optional<Timestamp> closes(Timestamp t) const;

 private:
  using minutes = std::chrono::minutes;
  struct Span {
    std::array<bool, 7> on{};  // from Sunday: those on which it begins
    minutes begin{0};          // of the day, below 24 h
    minutes end{0};            // up to 24 h behind `begin`
    std::shared_ptr<const TimeZone> zone;
    [[nodiscard]] bool open(Timestamp t) const;
    [[nodiscard]] Timestamp next_edge(Timestamp t) const;
  };
  [[nodiscard]] std::optional<Timestamp> first(bool open, Timestamp t) const;

  std::vector<Span> spans_;
};

}  // namespace hagaki::rules
