#include "zone_list.h"

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
  cli::Table text({{"ZONE", cli::Table::Align::Left, 29},
                   {"ASKED"},
                   {"LIST", cli::Table::Align::Left, 5},
                   {"TAKES", cli::Table::Align::Left, 7},
                   {"ACCESS", cli::Table::Align::Left, 6},
                   {"NAME", cli::Table::Align::Left, 12}});
  for (const auto& zone : rows) {
    text.row({zone.zone, asked.contains(zone.zone) ? "yes" : "-",
              std::string(dnsbl::list_name(zone.list)), joined(zone.lists), zone.access, zone.name},
             asked.contains(zone.zone) ? "" : "2");
  }
  for (const auto& dead : table.dead()) {
    const auto row = [&](const std::string& zone) {
      text.row({zone, "never", "dead", "", "", dead.name + ": " + dead.why}, "2");
    };
    for (const auto& zone : dead.zones) row(zone);
    for (const auto& suffix : dead.suffixes) row("*." + suffix);
  }
  return out.write(text.text(columns, color)) && out.flush();
}
