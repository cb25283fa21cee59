#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "store/history.h"
#include "store/history_tables.h"
#include "store/sqlite.h"

namespace hagaki::store {

/// What a History holds while its file is open.
struct History::State {
  State(Database opened, MessageHasher hasher) : db(std::move(opened)), message(hasher) {}
  ~State() {
    if (open) (void)db.run("ROLLBACK");
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  /// The row of a recipient, made where there is none; 0 where it was forgotten.
  Result<std::int64_t> recipient(std::string_view key);
  /// The number of a campaign, given where it has none; 0 for no name.
  Result<std::int64_t> campaign_id(std::string_view name);

  Database db;  // outlives the statements below
  MessageHasher message;
  std::optional<Statement> find_recipient;
  std::optional<Statement> new_recipient;
  std::optional<Statement> new_delivery;
  std::optional<Statement> new_failure;
  std::optional<Statement> find_forgotten;
  std::optional<Statement> find_reached;  // made when it is asked for
  std::map<std::string, std::int64_t, std::less<>> campaigns;
  bool any_forgotten = false;
  std::optional<Statement> new_held_back;
  std::string last_key;
  std::int64_t last_id = 0;
  bool open = false;  // a transaction
};

}  // namespace hagaki::store
