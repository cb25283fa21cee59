#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include "base/result.h"
#include "records/event.h"
#include "rules/key_hash.h"
#include "store/sqlite.h"

namespace hagaki::store {

/// How a history keeps an event without time: before all others.
constexpr std::int64_t kHistoryNoTime = std::numeric_limits<std::int64_t>::min();

/// Makes the tables of a new history, checks those of an old one and brings format 1 to this one,
/// within the transaction that is open. Error::Config when the file is another's or too new.
Result<void> prepare_history(Database& db, const std::string& path);

/// The hash that stands for a Message-ID in this file (0 for none), keyed by a secret of its own so
/// that nobody can make two messages meet.
class MessageHasher {
 public:
  static Result<MessageHasher> of(const Database& db);
  [[nodiscard]] std::int64_t operator()(std::string_view message_id) const;

 private:
  explicit MessageHasher(rules::KeyHasher hasher) : hasher_(hasher) {}
  rules::KeyHasher hasher_;
};

/// The word for what a failure was, in the file: "failed", "bounced", "feedback", "unsubscribe";
/// empty for everything else.
std::string_view failure_word(records::Event::What what);
/// The other way; Undecided for a word that is none.
records::Event::What failure_of(std::string_view word);

}  // namespace hagaki::store
