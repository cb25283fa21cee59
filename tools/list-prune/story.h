#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rules/decision.h"
#include "store/history.h"

/// The story of one address: what happened, what was decided, and what can be done.
struct Story {
  std::string email;
  std::vector<hagaki::store::History::Kept> events;  ///< oldest first
  std::optional<hagaki::rules::Decision> decision;
  std::string history;     ///< the file that --reinstate has to name; empty = none
  bool forgotten = false;  ///< erased from the history, where a hash of it stays
};

/// As a person would want it read on the telephone, in English or Japanese ("ja").
std::string story_text(const Story& story, std::string_view lang);

/// The same as a record of the type "story". Without line end.
std::string story_record(const Story& story, std::string_view lang);
