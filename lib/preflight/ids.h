#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace hagaki::preflight {

/// Ids of the findings about a message. Stable: scripts and --ignore know them.
inline constexpr auto kMessageIds = std::to_array<std::string_view>({
    "bad-from",
    "bad-list-unsubscribe",
    "bad-one-click",
    "free-mail-from",
    "from-domain",
    "html-clipped",
    "html-only",
    "no-body",
    "no-from",
    "no-html",
    "no-list-unsubscribe",
    "no-one-click",
    "no-subject",
    "no-text",
    "no-way-out",
    "unsubscribe-for-all",
    "unsubscribe-http",
});

/// Ids of the findings about who sends it, and from where.
inline constexpr std::array<std::string_view, 0> kSenderIds{};

/// The id of a finding: one of the above, which the compiler sees to. Each has a row in the
/// catalogue.
class Id {
 public:
  // NOLINTNEXTLINE(google-explicit-constructor): an id is written as its text
  consteval Id(const char* text) : text_(text) {
    const auto among = [this](const auto& ids) {
      return std::find(ids.begin(), ids.end(), text_) != ids.end();
    };
    if (!among(kMessageIds) && !among(kSenderIds)) throw "no finding has this id";
  }
  [[nodiscard]] constexpr std::string_view text() const { return text_; }
  friend constexpr bool operator==(const Id&, const Id&) = default;

 private:
  std::string_view text_;
};

}  // namespace hagaki::preflight
