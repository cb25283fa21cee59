#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hagaki::web {

/// What a site's robots.txt allows one robot (RFC 9309).
class Robots {
 public:
  /// So much of a robots.txt is read (RFC 9309 §2.5); what is behind does not count.
  static constexpr std::size_t kMostBytes = 500u << 10;
  /// The longest pause that a site can ask for.
  static constexpr std::chrono::seconds kLongestDelay{60};

  /// Allows everything: there is no robots.txt (RFC 9309 §2.3.1.3).
  static Robots allow_all() { return {}; }
  /// Forbids everything: whether there is one could not be found out (RFC 9309 §2.3.1.4).
  static Robots forbid_all();
  /// Reads `text` for the robot whose product token is `agent` (letters, "-" and "_"). The groups
  /// that name it count, all of them together; where none does those of "*". A line that cannot be
  /// understood is passed over.
  static Robots parse(std::string_view text, std::string_view agent);

  /// Whether the robot may fetch `target`, the path and query of a URL as requested ("/a?b=c"). The
  /// longest rule that matches decides, of two as long the one that allows. /robots.txt itself may
  /// always be fetched.
  [[nodiscard]] bool allows(std::string_view target) const;

  /// What Crawl-delay asks for between two requests (no part of RFC 9309, but honoured by many), at
  /// most kLongestDelay; nothing where it is not said.
  [[nodiscard]] std::optional<std::chrono::milliseconds> delay() const { return delay_; }

 private:
  struct Rule {
    bool allow = false;
    std::string pattern;  ///< normalised, with "*" and a last "$" as they are meant
  };
  struct Group;

  std::vector<Rule> rules_;
  std::optional<std::chrono::milliseconds> delay_;
};

}  // namespace hagaki::web
