#include "zone_summary.h"

#include "base/text.h"
#include "cli/table.h"

using namespace hagaki;

namespace {

std::string remarks(const dnsbl::ZoneCount& count) {
  std::string out;
  const auto add = [&out](const std::string& remark) { out += (out.empty() ? "" : "; ") + remark; };
  if (count.disqualified) add("lists the world");
  if (count.doubtful > 0) add(std::to_string(count.doubtful) + " listed in doubt");
  if (count.set_aside > 0) add("set aside " + counted(count.set_aside, "time"));
  if (count.known > 0) add(std::to_string(count.known) + " known before");
  if (count.from_cache > 0) add(std::to_string(count.from_cache) + " from cache");
  return out;
}

}  // namespace

std::string zone_summary(const std::vector<dnsbl::ZoneCount>& counts, std::size_t columns) {
  using Align = cli::Table::Align;
  cli::Table table({{"ZONE", Align::Left, 12},
                    {"LISTED", Align::Right, 6},
                    {"CLEAN", Align::Right, 5},
                    {"REFUSED", Align::Right, 7},
                    {"ERROR", Align::Right, 5},
                    {"SILENT", Align::Right, 6},
                    {"ASKED", Align::Right, 5},
                    {"", Align::Left, 4}});
  for (const auto& count : counts) {
    const auto rows =
        count.listed + count.not_listed + count.refused + count.errors + count.timeouts;
    if (rows == 0) continue;
    table.row({count.zone->zone, std::to_string(count.listed), std::to_string(count.not_listed),
               std::to_string(count.refused), std::to_string(count.errors),
               std::to_string(count.timeouts), std::to_string(count.questions), remarks(count)});
  }
  return table.empty() ? std::string() : table.text(columns, false);
}
