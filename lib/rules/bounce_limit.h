#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace hagaki::rules {

/// How many dead addresses a campaign may meet.
struct BounceLimit {
  double share = 0.05;        ///< of the recipients, 0 to 1; 1: any number
  std::uint64_t first = 500;  ///< of at least so many
};

/// Reads "5%/500" (5% of the first 500), "5%" or "0.5%" (of the first 500 as well), or "off".
/// Error::Syntax.
Result<BounceLimit> parse_bounce_limit(std::string_view text);

/// Counts dead addresses and says when a list is too bad to go on with it: receivers judge a sender
/// by them. While fewer recipients have an outcome than BounceLimit::first, that number counts as
/// the whole: 26 dead ones are too many of 500, whether they come first or last, and a short list
/// with three dead of ten goes out. Afterwards all that have an outcome are the whole.
class BounceWatch {
 public:
  /// Of one receiver.
  struct Row {
    std::string receiver;
    std::uint64_t recipients = 0;
    std::uint64_t dead = 0;
    std::string example;  ///< what it said of the last of them, at most 300 bytes
  };

  explicit BounceWatch(BounceLimit limit) : limit_(limit) {}

  /// Counts a recipient who was delivered or failed for good; `dead` is the verdict's `hard`, and
  /// `text` what was said then. True when this is one too many: once.
  bool count(std::string_view receiver, bool dead, std::string_view text);
  /// Counts what earlier runs of the campaign met.
  void count_earlier(std::uint64_t recipients, std::uint64_t dead);

  [[nodiscard]] const BounceLimit& limit() const { return limit_; }
  [[nodiscard]] std::uint64_t recipients() const { return recipients_; }
  [[nodiscard]] std::uint64_t dead() const { return dead_; }
  /// The receivers with dead addresses, those with most of them first; from the 2,001st receiver on
  /// they stand together under the name "others".
  [[nodiscard]] std::vector<Row> rows() const;

 private:
  [[nodiscard]] bool too_many() const;

  BounceLimit limit_;
  std::uint64_t recipients_ = 0;
  std::uint64_t dead_ = 0;
  bool told_ = false;
  std::map<std::string, Row, std::less<>> rows_;
};

}  // namespace hagaki::rules
