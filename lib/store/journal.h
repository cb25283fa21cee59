#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace hagaki::store {

/// Where one recipient stands in a campaign.
enum class Standing {
  Planned = 0,      ///< to be tried, and never tried yet as far as is known
  InFlight = 1,     ///< a try was begun (or is about to be), no outcome yet
  Waiting = 2,      ///< tried, may be tried again
  Done = 3,         ///< has its final outcome
  Interrupted = 4,  ///< a run died with the body on its way; see Journal::interrupted()
};

/// A try that is about to be made.
struct Intent {
  std::uint64_t id = 0;  ///< of the recipient; Journal::new_id() for one never seen
  bool first = true;     ///< the recipient is new to the journal
  int attempt = 1;
  std::string key;  ///< Address::key()
  std::string email;
  std::string message_id;
  std::string envelope_sender;
  std::string provider;  ///< whose servers take the recipient's mail; empty = what it was before
  Timestamp at{};        ///< when the try begins
};

/// How a try ended.
struct Outcome {
  std::uint64_t id = 0;
  int attempt = 0;  ///< tries made with this one; of one who was held back, those before
  Standing standing = Standing::Done;
  std::string event;   ///< "delivered", "deferred"…
  std::string record;  ///< the event's JSON line, kept until confirmed; empty = nothing to report
  Timestamp at{};      ///< when it was known
  std::optional<Timestamp> retry_at{};  ///< of one that waits: not to be tried again before
  std::string reason{};                 ///< of a reply or failure, a name of the taxonomy
};

/// What the journal knows of a recipient.
struct Known {
  std::uint64_t id = 0;
  Standing standing = Standing::InFlight;
  int attempt = 0;    ///< tries made so far
  std::string event;  ///< of the last outcome; empty when there was none
  /// When its first try began; nothing where none did, and for the tries of a journal of the second
  /// version or before, the time of their last outcome.
  std::optional<Timestamp> first_at{};
  std::optional<Timestamp> retry_at{};  ///< of one that waits: not to be tried again before
};

/// How recipients ended.
struct Ended {
  std::string event;   ///< "delivered", "failed"…
  std::string reason;  ///< a name of the taxonomy; empty where there is none
  std::uint64_t recipients = 0;
};

/// A recipient whose body was on its way when an earlier run died.
struct Interrupted {
  std::uint64_t id = 0;
  int attempt = 0;
  std::string email;
  std::string message_id;
  std::string envelope_sender;
};

/// An outcome whose event was not confirmed as reported.
struct Unreported {
  std::uint64_t outcome = 0;
  std::string record;
};

/// The journal of one campaign: an SQLite file (WAL, synchronous=FULL) and beside it PATH-sent, the
/// marks. A writer thread commits in groups, by count or after a few milliseconds; the owner's
/// thread never waits for the disk. All functions are for the owner's thread.
///
/// Writes return a ticket; a write is on disk once committed() has reached its ticket. Tickets are
/// committed in order, so outcomes are never on disk before the intents they follow.
///
/// **Marks.** An intent on disk says that a try may have been made. To tell, after a kill, the few
/// whose body was on its way from the many that still queued, mark_sending() writes recipient and
/// attempt into a small file before the first byte of the body goes out. The mark is not synced: it
/// is in the kernel's hands, so it outlives this process but not the machine. The journal therefore
/// keeps the boot's id: after a reboot, or where either is unknown, every intent without an outcome
/// counts as marked.
class Journal {
 public:
  struct Options {
    bool resume = false;
    std::size_t commit_count = 1024;               ///< commit at the latest after so many writes
    std::chrono::microseconds commit_delay{8000};  ///< or this long after the first of them
  };

  /// Opens or creates the journal at `path` for `campaign` and locks it.
  /// - Error::Retry: another process has it (exit 75).
  /// - Error::Denied: it holds unfinished work (a run that died, was stopped, or left recipients
  ///   deferred) and `resume` is false. Nothing was changed; the remedy is --resume (exit 65).
  /// - Error::Config: it belongs to another campaign, or it or the file of marks beside it
  ///   (`path`-sent) is something else, which is left as it is (exit 78). So is a journal that was
  ///   cut to nothing, as the marks show.
  /// - Error::Io: it cannot be opened or written, or is damaged.
  /// A journal that does not exist yet is created, with and without `resume`. One whose campaign
  /// ended is opened in both cases: who is in it is not mailed again.
  static Result<std::unique_ptr<Journal>> open(const std::string& path, const std::string& campaign,
                                               Options options);
  static Result<std::unique_ptr<Journal>> open(const std::string& path,
                                               const std::string& campaign);
  ~Journal();
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  /// Calls `wake` from the writer thread after each commit, and when writing failed.
  void on_commit(std::function<void()> wake);

  /// What open() found: tries that were cut off with their body on its way, in order. They stay
  /// Interrupted, from run to run, until they are settled.
  [[nodiscard]] const std::vector<Interrupted>& interrupted() const;
  /// Outcomes of earlier runs whose events were not confirmed, in order; read in portions of at
  /// most `limit` behind `after`.
  [[nodiscard]] Result<std::vector<Unreported>> unreported(std::uint64_t after,
                                                           std::size_t limit) const;
  /// True when the journal had recipients in it when it was opened.
  [[nodiscard]] bool had_work() const;

  /// Keys of recipients that are in it, `limit` at most, in any order.
  [[nodiscard]] Result<std::vector<std::string>> keys(std::size_t limit) const;

  /// What is known of `key`; nothing where it is new. Sees writes that are not committed yet.
  [[nodiscard]] Result<std::optional<Known>> find(std::string_view key) const;
  /// Between these two, find() asks one state of the file: many lookups cost little more than one.
  void begin_lookups();
  void end_lookups();
  /// An id for a recipient that find() did not know.
  std::uint64_t new_id();

  /// Journals a recipient that is new and has to wait before anything is tried (Standing::Planned),
  /// not to be tried before `retry_at` where that is given. Of `recipient`, the message, the
  /// attempt and the time are not asked. Its try begins with intend(), which is not its first write
  /// then.
  std::uint64_t plan(const Intent& recipient, std::optional<Timestamp> retry_at = std::nullopt);
  /// Journals a try. It may be made once the ticket is committed.
  std::uint64_t intend(const Intent& intent);
  /// Takes back the intent of try number `attempt`: it was not made, and the recipient stands as it
  /// did before.
  std::uint64_t withdraw(std::uint64_t id, int attempt);
  /// Says that the body of this try goes out now. `slot` is below kSlots and must not be in use by
  /// another try without a committed outcome. False when the mark could not be written: do not
  /// send.
  [[nodiscard]] bool mark_sending(std::size_t slot, std::uint64_t id, int attempt);
  /// Journals an outcome. Its event may be reported once the ticket is committed. Returns the
  /// ticket, and through `outcome` the number that confirm() takes.
  std::uint64_t settle(const Outcome& outcome, std::uint64_t& number);
  /// Says that all events up to outcome `number` have been reported; their records are dropped.
  std::uint64_t confirm(std::uint64_t number);
  /// Says how many recipients the input of this run held so far, each counted once, and whether
  /// that is all of it: what is left can be told then.
  std::uint64_t note_input(std::uint64_t recipients, bool complete);
  /// Says that the campaign ended with nothing left to do.
  std::uint64_t finish();

  /// The last ticket on disk.
  [[nodiscard]] std::uint64_t committed() const;
  /// Asks for a commit now instead of after commit_delay.
  void hurry();
  /// Waits until everything is on disk or writing failed.
  void sync();
  /// Why writing failed; nothing while it works. After a failure no ticket is committed any more.
  [[nodiscard]] std::optional<Error> failure() const;
  /// How those ended that are Done.
  [[nodiscard]] Result<std::vector<Ended>> ended() const;
  /// Recipients that are not Done.
  [[nodiscard]] Result<std::uint64_t> unfinished() const;

  static constexpr std::size_t kSlots = 4096;

 private:
  struct State;
  explicit Journal(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace hagaki::store
