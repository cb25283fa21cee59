#include "rules/block_finder.h"

#include <algorithm>

namespace hagaki::rules {
namespace {

// Where nearly everything was refused before, a jump is not to be told from the usual course.
constexpr double kMostShare = 0.95;

double part(std::uint64_t some, std::uint64_t all) {
  return all == 0 ? 0 : static_cast<double>(some) / static_cast<double>(all);
}

}  // namespace

void BlockFinder::note(std::uint32_t receiver, std::int64_t day, std::uint64_t taken,
                       std::uint64_t refused) {
  Count& count = receivers_[receiver][day];
  count.taken += taken;
  count.refused += refused;
}

std::vector<Block> BlockFinder::blocks() const {
  std::vector<Block> out;
  for (const auto& [receiver, days] : receivers_) {
    std::uint64_t refused_before = 0;
    std::uint64_t answers_before = 0;
    for (const auto& [day, count] : days) {
      Block block;
      block.receiver = receiver;
      block.day = day;
      block.refused = count.refused;
      block.answers = count.refused + count.taken;
      block.has_history = answers_before >= limits_.past;
      if (block.has_history) block.usual = part(refused_before, answers_before);
      if (is_block(block)) {
        out.push_back(block);
      } else {
        refused_before += block.refused;
        answers_before += block.answers;
      }
    }
  }
  return out;
}

bool BlockFinder::is_block(const Block& day) const {
  const double share = part(day.refused, day.answers);
  if (!day.has_history) return day.refused >= limits_.minimum_new && share >= limits_.share_new;
  const double need = std::max(limits_.share, std::min(kMostShare, limits_.jump * day.usual));
  return day.refused >= limits_.minimum && share >= need;
}

}  // namespace hagaki::rules
