#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <vector>

namespace hagaki::rules {

/// From when on refusals of one receiver are a block and not so many dead addresses.
struct BlockLimits {
  std::uint64_t past = 100;        ///< answers in earlier days that make a history
  std::uint64_t minimum = 20;      ///< refusals in a day, at a receiver with a history
  double share = 0.2;              ///< of the day's answers, with a history
  double jump = 5;                 ///< so many times the share that was usual, 1 or more
  std::uint64_t minimum_new = 50;  ///< the same for a receiver without a history
  double share_new = 0.8;
};

/// One day on which a receiver refused us.
struct Block {
  std::uint32_t receiver = 0;
  std::int64_t day = 0;       ///< days since 1970-01-01, in the caller's time zone
  std::uint64_t refused = 0;  ///< recipients
  std::uint64_t answers = 0;  ///< recipients of whom an answer came, refused ones among them
  double usual = 0;           ///< share refused in the days before, 0 to 1; 0 without a history
  bool has_history = false;
  /// Other days on which what little came was refused as well: the evening before, and those behind
  /// it until the receiver takes mail again.
  std::vector<std::int64_t> edges;
};

/// Finds the days on which a receiver (a provider, or a domain) refused so many that the cause must
/// lie with us or with it, and not with the addresses. Counts by receiver and day alone, so memory
/// does not grow with the number of events; the order in which they come does not matter.
///
/// A day is measured against all days before it that were no blocks themselves: a block of three
/// days does not become usual. ReceiverWatch does the same while mail is sent.
class BlockFinder {
 public:
  explicit BlockFinder(BlockLimits limits) : limits_(limits) {}

  /// Takes in so many recipients of a day who were taken, and others who were refused. A recipient
  /// should be counted once a day, so that one who is mailed all day makes no block.
  void note(std::uint32_t receiver, std::int64_t day, std::uint64_t taken, std::uint64_t refused);

  /// All blocks, by receiver and day. A day without refusals ends none; after `longest` days
  /// without a new one it is over.
  [[nodiscard]] std::vector<Block> blocks(std::int64_t longest = 0) const;

 private:
  struct Count {
    std::uint64_t taken = 0;
    std::uint64_t refused = 0;
  };
  using Days = std::map<std::int64_t, Count>;

  [[nodiscard]] bool is_block(const Block& day) const;
  static void find_edges(const Days& days, std::int64_t longest, std::span<Block> blocks);

  BlockLimits limits_;
  std::map<std::uint32_t, Days> receivers_;
};

}  // namespace hagaki::rules
