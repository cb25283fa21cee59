#include "rules/block_finder.h"

#include <algorithm>
#include <cstdint>

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

std::vector<Block> BlockFinder::blocks(std::int64_t longest) const {
  std::vector<Block> out;
  for (const auto& [receiver, days] : receivers_) {
    const std::size_t first = out.size();
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
    find_edges(days, longest, std::span(out).subspan(first));
  }
  return out;
}

/// `blocks` are those of one receiver, in order.
void BlockFinder::find_edges(const Days& days, std::int64_t longest, std::span<Block> blocks) {
  const auto mostly_refused = [](const Count& c) { return c.refused > 0 && c.refused >= c.taken; };
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    Block& block = blocks[i];
    const bool begins = i == 0 || blocks[i - 1].day < block.day - 1;
    if (const auto before = days.find(block.day - 1);
        longest > 0 && begins && before != days.end() && mostly_refused(before->second) &&
        (i == 0 || blocks[i - 1].edges.empty() || blocks[i - 1].edges.back() < block.day - 1)) {
      block.edges.push_back(block.day - 1);
    }
    const std::int64_t next = i + 1 < blocks.size() ? blocks[i + 1].day : INT64_MAX;
    std::int64_t last = block.day;
    for (auto day = days.upper_bound(block.day); day != days.end() && day->first < next; ++day) {
      if (day->first - last > longest) break;
      if (day->second.taken > day->second.refused) break;
      if (!mostly_refused(day->second)) continue;
      block.edges.push_back(last = day->first);
    }
  }
}

bool BlockFinder::is_block(const Block& day) const {
  const double share = part(day.refused, day.answers);
  if (!day.has_history) return day.refused >= limits_.minimum_new && share >= limits_.share_new;
  const double need = std::max(limits_.share, std::min(kMostShare, limits_.jump * day.usual));
  return day.refused >= limits_.minimum && share >= need;
}

}  // namespace hagaki::rules
