#include "rules/block_words.h"

#include <fmt/core.h>

#include "base/text.h"
#include "records/object.h"
#include "rules/receiver_table.h"

namespace hagaki::rules {
namespace {

/// "3,000".
std::string grouped(std::uint64_t number) {
  std::string out = std::to_string(number);
  for (std::size_t i = out.size(); i > 3; i -= 3) out.insert(i - 3, 1, ',');
  return out;
}

/// "2026-11-20".
std::string date(std::int64_t day) {
  return format_rfc3339(Timestamp(std::chrono::days(day))).substr(0, 10);
}

}  // namespace

std::string block_summary(const BlockFound& block) {
  const Block& b = block.numbers;
  auto out =
      fmt::format("{} of {} refused on {}", grouped(b.refused), grouped(b.answers), date(b.day));
  return out + (b.has_history ? fmt::format(", {:.1f} % before", b.usual * 100)
                              : std::string(", little known before"));
}

std::string block_warning(const BlockFound& block) {
  // An address that is none leads to a domain that may be anything.
  const std::string receiver = printable(block.receiver);
  auto out = fmt::format("{}: {}: a block rather than dead addresses; {} held", receiver,
                         block_summary(block), grouped(block.held));
  if (block.until) out += " until " + format_rfc3339(*block.until).substr(0, 10);
  out += ". Mail one address there that you know";
  if (const auto page = delist_page(block.receiver, "")) {
    out += "; ask for release at " + page->url;
  }
  return out + fmt::format("; then list-prune --history FILE --reinstate provider={}", receiver);
}

std::string block_evidence(const BlockFound& block) {
  records::Object out;
  out.add("type", "block").add("receiver", block.receiver).add("day", date(block.numbers.day));
  out.add("refused", static_cast<std::int64_t>(block.numbers.refused));
  out.add("answers", static_cast<std::int64_t>(block.numbers.answers));
  out.add("summary", block_summary(block));
  if (const auto page = delist_page(block.receiver, "")) out.add("delist", page->url);
  return out.line();
}

}  // namespace hagaki::rules
