#include "zone_list.h"

#include <algorithm>
#include <set>
#include <string>

#include "cli/table.h"
#include "records/listing_record.h"

using namespace hagaki;

namespace {

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const auto& word : words) out += (out.empty() ? "" : ",") + word;
  return out;
}

}  // namespace

bool print_zones(const dnsbl::ZoneTable& table, const dnsbl::Selection& selection, bool json,
                 std::size_t columns, bool color, cli::Output& out) {
  std::set<std::string, std::less<>> asked;
  for (const auto& zone : selection.zones) asked.insert(zone.zone.zone);
  // Lists that only the command line names are part of the answer too.
  std::vector<dnsbl::Zone> rows = table.zones();
  for (const auto& zone : selection.zones) {
    if (table.find(zone.zone.zone) == nullptr) rows.push_back(zone.zone);
  }
  if (json) {
    for (const auto& zone : rows) {
      if (!out.write_line(records::zone_record(zone, asked.contains(zone.zone)).line())) {
        return false;
      }
    }
    for (const auto& zone : table.dead()) {
      for (const auto& record : records::dead_zone_records(zone)) {
        if (!out.write_line(record.line())) return false;
      }
    }
    return out.flush();
  }
  cli::Table alive({{"ZONE", cli::Table::Align::Left, 29},
                    {"ASKED"},
                    {"LIST", cli::Table::Align::Left, 10},
                    {"TAKES"},
                    {"ACCESS"}});
  for (const auto& zone : rows) {
    const bool yes = asked.contains(zone.zone);
    alive.row({zone.zone, yes ? "yes" : "-", std::string(dnsbl::list_name(zone.list)),
               joined(zone.lists), zone.access},
              yes ? "" : "2");
  }
  cli::Table dead({{"DEAD", cli::Table::Align::Left, 29}, {"SINCE"}, {"WHY"}});
  for (const auto& row : table.dead()) {
    for (const auto& suffix : row.suffixes) dead.row({"*." + suffix, row.since, row.why});
    for (const auto& zone : row.zones) {
      const auto covered = [&zone](const std::string& s) { return zone.ends_with('.' + s); };
      if (std::none_of(row.suffixes.begin(), row.suffixes.end(), covered)) {
        dead.row({zone, row.since, row.why});
      }
    }
  }
  std::string text = alive.text(columns, color);
  if (!dead.empty()) text += '\n' + dead.text(columns, color);
  return out.write(text) && out.flush();
}
