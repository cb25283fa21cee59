#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "records/reader.h"
#include "rules/stop.h"
#include "store/history.h"
#include "temp_folder.h"

/// Events for tests of the history.
namespace hagaki {

inline const Timestamp kNow = *parse_rfc3339("2026-11-12T00:00:00Z");  // blocks are still held

template <class Take>
void each_event(const std::vector<std::string>& records, Take take) {
  std::string all;
  for (const auto& r : records) all += r + "\n";
  std::istringstream in(all);
  records::Reader reader(in, "log", [](const Error& e) { FAIL(e.text()); });
  while (const auto* line = reader.next()) {
    const auto event = records::read_event(*line);
    REQUIRE(event);
    if (*event) take(**event, *line, "log:1");
  }
}

inline void take_in(const std::string& path, const std::vector<std::string>& records) {
  auto history = store::History::open(path);
  REQUIRE(history);
  each_event(records, [&](const auto& event, const auto& line, const auto& where) {
    REQUIRE(history->add(event, line, where));
  });
  REQUIRE(history->commit());
}

/// The verdict on each of a few recipients, with its evidence.
inline std::string verdicts(const rules::StopRules& stop) {
  std::string out;
  for (const char* who : {"a", "b", "c", "d", "e", "f", "g", "h"}) {
    const auto decision = stop.find(fmt::format("{}@example.jp", who));
    out += decision ? decision->rule : "keep";
    if (decision) {
      // What happened at the same time stands in no order.
      auto pieces = decision->evidence;
      std::sort(pieces.begin(), pieces.end());
      for (const auto& piece : pieces) out += "\n  " + piece;
    }
    out += "\n";
  }
  return out;
}

}  // namespace hagaki
