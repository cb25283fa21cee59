#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "records/event.h"
#include "records/line.h"

namespace hagaki::store {

/// The events of all mailings so far that stop rules may ask for, in one SQLite file, so that logs
/// which were taken in once can be put away. It keeps events and not verdicts: another policy
/// judges them anew, and a bounce that comes late still meets the delivery that it takes back. The
/// same event taken in again changes nothing. One process at a time.
class History {
 public:
  /// Opens or makes the file and begins a transaction. Error::Config when it is no history, or one
  /// of a newer version; Error::Io when it cannot be opened, or another process has it.
  static Result<History> open(const std::string& path);
  ~History();
  History(History&&) noexcept;
  History& operator=(History&&) noexcept;

  /// Takes an event in; `line` and `where` ("file:line") are kept as evidence. Events that no rule
  /// can ask for (deferrals, delays, automatic replies) are passed over.
  Result<void> add(const records::Event& event, const records::Line& line, std::string_view where);

  /// Makes what was added last. Without it everything since open() is forgotten.
  Result<void> commit();

  /// Hands out all events that a verdict may depend on, in no order, each with its evidence (see
  /// records::evidence(); empty for a delivery). Recipients with nothing but deliveries are left
  /// out. The event's views are valid during the call.
  using Each = std::function<void(const records::Event& event, std::string_view evidence)>;
  Result<void> replay(const Each& each);

 private:
  struct State;
  explicit History(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace hagaki::store
