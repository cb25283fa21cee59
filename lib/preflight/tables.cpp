#include "preflight/tables.h"

#include <array>
#include <cassert>
#include <set>
#include <string>

#include <nlohmann/json.hpp>

#include "base/embedded.h"

HAGAKI_EMBEDDED(content_tables_json)

namespace hagaki::preflight {
namespace {

using Words = std::set<std::string, std::less<>>;

std::array<Words, 4> read() {
  std::array<Words, 4> out;
  const auto json = nlohmann::json::parse(embedded::content_tables_json, nullptr, false);
  assert(json.is_object());  // the unit tests read the same bytes
  std::size_t at = 0;
  for (const char* name : {"executable", "macro", "shortener", "mailbox"}) {
    for (const auto& value : json[name]["values"]) out[at].insert(value.get<std::string>());
    ++at;
  }
  return out;
}

}  // namespace

bool is_listed(Table table, std::string_view word) {
  static const std::array<Words, 4> tables = read();
  return tables[static_cast<std::size_t>(table)].contains(word);
}

}  // namespace hagaki::preflight
