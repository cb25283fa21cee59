#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "records/event.h"
#include "records/line.h"

namespace hagaki::store {

/// The events of all mailings so far that stop rules may ask for, in one SQLite file, so that logs
/// which were taken in once can be put away. It keeps events and not verdicts: another policy
/// judges them anew, and a bounce that comes late still meets the delivery that it takes back. The
/// same event taken in again changes nothing. One process at a time.
class History {
 public:
  /// Opens or makes the file (bringing one of an older version to this one) and begins a
  /// transaction. Error::Config when it is no history, or one
  /// of a newer version; Error::Io when it cannot be opened, or another process has it.
  static Result<History> open(const std::string& path);
  ~History();
  History(History&&) noexcept;
  History& operator=(History&&) noexcept;

  /// Takes an event in; `line` and `where` ("file:line") are kept as evidence. Events that no rule
  /// can ask for (deferrals, delays, automatic replies) are passed over.
  Result<void> add(const records::Event& event, const records::Line& line, std::string_view where);

  /// How far a log was taken in before, and how far it goes now.
  struct Log {
    std::int64_t known = 0;        ///< bytes from the start that need not be read again
    std::int64_t known_lines = 0;  ///< lines in these
    std::int64_t size = 0;         ///< bytes to the end of the last whole line
    std::int64_t lines = 0;
    std::string head;  ///< SHA-256 of the first line
    std::string hash;  ///< of these `size` bytes
  };
  /// Looks at the regular file behind `fd`, which stays where it stands. It is told by its bytes
  /// and not by its name: one that was rotated is known, one that was appended to as far as it was
  /// read, one that was rewritten not at all. Nothing for a pipe, or before the first whole line.
  Result<std::optional<Log>> look_at_log(int fd);
  /// Remembers that the log was read to its end.
  Result<void> remember_log(const Log& log, std::string_view name);
  /// Forgets which logs were read, so that they are taken in again, and makes the indexes anew.
  Result<void> rebuild();

  /// Begins another transaction after commit().
  Result<void> begin();
  /// Makes what was added last. Without it everything since open() is forgotten.
  Result<void> commit();

  /// Hands out all events that a verdict may depend on, in no order, each with its evidence (see
  /// records::evidence(); empty for a delivery). Recipients with nothing but deliveries are left
  /// out, and so are failures without a time that reinstate() made void for an address.
  /// `message_id` and `campaign` are short names for those that were given: equal where these were
  /// equal. The event's views are valid during the call.
  using Each = std::function<void(const records::Event& event, std::string_view evidence)>;
  Result<void> replay(const Each& each);
  /// Hands out when the recipients were delivered to whom replay() leaves out: all times of one
  /// after the other, in order, for those whose domain (A-label) is `wanted`.
  using Wanted = std::function<bool(std::string_view domain)>;
  using EachTime = std::function<void(std::string_view domain, Timestamp time)>;
  Result<void> replay_others(const Wanted& wanted, const EachTime& each);
  /// Whether mail to this canonical key was ever delivered.
  Result<bool> reached(std::string_view key);

  /// From now on what failed up to `time` is void: for an address (its canonical key), complaints
  /// and unsubscriptions included; for "provider=NAME", all else of that provider's recipients.
  /// What is told here and below lasts from commit() on.
  Result<void> reinstate(std::string_view name, Timestamp time);
  /// Gives what reinstate() was told, each name once with its latest time.
  using EachReinstated = std::function<void(std::string_view name, Timestamp time)>;
  Result<void> each_reinstated(const EachReinstated& each);

  /// Takes everything about an address out; only the SHA-256 of its key stays, and events of it
  /// that come later are passed over. Returns how many events there were. After commit() call
  /// wipe(), or the file's free pages still hold what was deleted.
  Result<std::int64_t> forget(std::string_view key);
  /// Makes the file anew without free pages. Only after commit().
  Result<void> wipe();
  /// Whether `key` was forgotten.
  Result<bool> was_forgotten(std::string_view key);
  /// Takes it back: no hash of `key` is kept any more, and its events are taken in again. True
  /// where there was one.
  Result<bool> remember_again(std::string_view key);
  /// SHA-256 (hex) of all who were forgotten.
  Result<std::vector<std::string>> forgotten();

  /// Somebody whom a stop rule kept from a campaign.
  struct HeldBack {
    std::string key;
    std::string email;  ///< as it stood on the list
    std::string rule;
    Timestamp time;
  };
  Result<void> hold_back(std::string_view campaign, const HeldBack& who);
  /// Those held back from `campaign` to whom none of its messages was delivered since.
  Result<std::vector<HeldBack>> held_back(std::string_view campaign);

  /// An event as it is kept.
  struct Kept {
    std::optional<Timestamp> time;
    std::string what;      ///< delivered, failed, bounced, feedback, unsubscribe, reinstated
    std::string campaign;  ///< empty where unknown
    std::string reason;
    std::string evidence;  ///< JSON; empty for a delivery
  };
  /// All that is kept about an address, oldest first. `receiver` is how reinstate() names who takes
  /// its mail; empty = nobody.
  Result<std::vector<Kept>> story(std::string_view key, std::string_view receiver);

  /// Gives the keys of all of whom a failure is kept.
  Result<void> each_failed(const std::function<void(std::string_view key)>& take);

  /// A count under its name: "recipients", "deliveries", "failures", then "failed mailboxfull"…
  struct Count {
    std::string name;
    std::int64_t count;
  };
  Result<std::vector<Count>> status();

 private:
  struct State;
  explicit History(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// An event as a history would keep it; nothing where it would not.
std::optional<History::Kept> kept_event(const records::Event& event, const records::Line& line,
                                        std::string_view where);

}  // namespace hagaki::store
