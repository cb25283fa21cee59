#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "address/address.h"
#include "base/result.h"
#include "delivery/throttle.h"
#include "delivery/warm_ups.h"
#include "dns/resolver.h"
#include "net/loop.h"
#include "records/delivery_event.h"
#include "records/notice_record.h"
#include "rules/bounce_limit.h"
#include "rules/receiver_watch.h"
#include "rules/route_table.h"
#include "rules/source_pool.h"
#include "smtp/transaction.h"
#include "store/journal.h"

namespace hagaki::delivery {

/// One who is to get the message.
struct Recipient {
  Address address;
  std::string original_line;  ///< the input line, copied: what a Renderer merges from
  std::string provider{};     ///< who takes the mail, by the record; empty where it does not say
  /// DeliveryEvent::consent of this recipient's events; null = none.
  std::shared_ptr<const std::string> consent{};
};

/// The diagnostic of an event `skipped` for an address that is in the input twice.
inline constexpr std::string_view kSameAddress = "the same address came earlier in the input";

/// A finished message for one recipient.
struct Message {
  std::string message_id;       ///< without angle brackets; the same on every rendering
  std::string envelope_sender;  ///< MAIL FROM (VERP); empty is the null sender
  std::string data;             ///< header and body, lines end with CRLF, not dot-stuffed
  bool needs_8bitmime = false;  ///< the body has bytes above 127
  bool needs_smtputf8 = false;  ///< a header or address of the message is internationalised
  /// What is still to be done to `data`, and takes long: signing. Called once, on any thread while
  /// the loop goes on, and others at the same time; empty where the message is whole.
  std::function<Result<void>(std::string& data)> finish;
};

/// Where recipients come from. Asked only as fast as delivery goes, so a list of any length needs
/// bounded memory. Never asked again after it said nothing.
class RecipientSource {
 public:
  virtual ~RecipientSource() = default;
  /// False while next() would have to wait (a quiet pipe): asked again within 100 ms. What next()
  /// waits in spite of this, open sessions wait too, and their deadlines with them.
  virtual bool ready() { return true; }
  virtual std::optional<Recipient> next() = 0;
};

/// Makes messages. Called in the loop's thread for each try of a recipient; must give the same
/// message_id and envelope_sender for the same recipient each time. A failure, of Message::finish
/// too, holds that recipient back (event `held`, said_by `local`) and nobody else.
class Renderer {
 public:
  virtual ~Renderer() = default;
  virtual Result<Message> render(const Recipient& recipient) = 0;
  /// The message before a session has room for it: what takes little time to make then, and memory
  /// until then, may be left to complete(). `data` is empty where something is.
  virtual Result<Message> begin(const Recipient& recipient) { return render(recipient); }
  /// Makes the rest of what begin() made.
  virtual Result<void> complete(const Recipient& recipient, Message& message) {
    auto whole = render(recipient);
    if (!whole) return tl::unexpected<Error>(whole.error());
    message = std::move(*whole);
    return {};
  }
};

/// Where events go. An event is handed over only after the journal has it on disk.
class EventSink {
 public:
  virtual ~EventSink() = default;
  /// `record` is the JSON line of `event`, the bytes to be written to the log (`event` is for
  /// tables and counts). False when the reader is gone or the disk is full: the campaign finishes
  /// what is in flight, journals it, and stops; what was not accepted is reported on resume.
  virtual bool event(const records::DeliveryEvent& event, std::string_view record) = 0;
  /// The same of what was found out about a receiver or about the campaign. Nothing of it is in the
  /// journal.
  virtual bool notice(const records::Notice&, std::string_view /*record*/) { return true; }
  /// Hands everything to the kernel: called after each batch.
  virtual bool flush() = 0;
  /// Puts on disk what was flushed, where that is a matter of disks. Called every 100 ms at most,
  /// and at the end. When it returned true, the events so far are confirmed in the journal and will
  /// not be reported again.
  virtual bool sync() { return true; }
};

enum class Tls {
  None,     ///< never, even where offered
  May,      ///< STARTTLS where offered, with any certificate; the record says what it was worth
  Require,  ///< a verified certificate or no mail
};

/// What receivers may ask for TLS beyond Tls, and be given. Only for mail to MX.
struct TlsPolicies {
  /// DANE (RFC 7672): only with a resolver that is known to validate.
  bool dane = false;
  bool mta_sts = false;      ///< RFC 8461
  std::string mta_sts_file;  ///< where policies are kept (store::StsPolicies)
  std::uint16_t mta_sts_port = 443;
};

enum class Pipelining {
  Off,      ///< every command waits for its reply
  Grouped,  ///< MAIL, RCPT and DATA in one write where PIPELINING is offered
  Deep,     ///< and the next transaction's commands behind the body; a server that mishandles
            ///< this gets Grouped from then on
};

/// A server that takes mail for everybody.
struct Relay {
  std::string host;
  std::uint16_t port = 25;
  bool implicit_tls = false;  ///< smtps://
  unsigned weight = 1;        ///< its share among several relays
  std::string user;           ///< AUTH when not empty
  std::string password;
  std::string name;        ///< what limits and routes call it; empty: its host
  std::optional<Tls> tls;  ///< instead of Options::tls
  [[nodiscard]] const std::string& called() const { return name.empty() ? host : name; }
  /// Under which what it answers is kept, and told: no receiver is called so.
  [[nodiscard]] std::string watched() const { return name.empty() ? host : "relay." + name; }
};

/// Reads smtp://[user@]host[:port][?weight=N] or smtps://…; a bare host is smtp. Default ports are
/// 25, and 465 for smtps. Error::Syntax, also for a word that may be anything, without scheme, port
/// and domain; Error::Denied for a password in the URL, which every user of the machine could read.
Result<Relay> parse_relay(std::string_view url);

/// What makes relays take our mail for a while: a login to a mailbox (POP before SMTP).
struct RelayDoor {
  /// Called on a thread of its own before sessions to relays are opened, once at a time. Empty:
  /// relays need none.
  std::function<Result<void>()> open;
  std::chrono::milliseconds again = std::chrono::minutes{5};  ///< it is opened anew after so long
  bool is_open = false;                                       ///< it was opened just now
};

struct Timeouts {
  std::chrono::milliseconds connect{30'000};    ///< TCP
  std::chrono::milliseconds greeting{300'000};  ///< greeting to ready: EHLO, TLS, AUTH (§4.5.3.2.1)
  std::chrono::milliseconds command{300'000};   ///< MAIL, RCPT, RSET
  std::chrono::milliseconds data{120'000};      ///< DATA's 354
  std::chrono::milliseconds block{180'000};     ///< no byte of a body taken
  std::chrono::milliseconds body{600'000};      ///< the reply to the final dot
};

struct Options {
  std::string campaign;
  std::vector<Relay> relays;  ///< empty: direct to the MX
  /// Which way whose mail goes: all relays that it uses are in `relays`, by these names. Null:
  /// through all relays, or direct where there are none.
  std::shared_ptr<const rules::RouteTable> routes;
  std::uint16_t direct_port = 25;
  int connections = 20;  ///< sessions at once, all hosts together
  /// 0: `connections` to a relay, what the limits say to an MX.
  int connections_per_host = 0;
  int messages_per_connection = 0;  ///< 0: no limit of ours
  Tls tls = Tls::May;
  TlsPolicies tls_policies;
  std::string ca_file;        ///< empty: the system's
  std::string helo;           ///< our name in EHLO; never empty
  rules::SourcePool sources;  ///< addresses of ours to send from; empty: the system chooses
  /// Of those that send only so much a day yet; who finds his full is mailed from the next one that
  /// is not. Null: none.
  std::shared_ptr<WarmUps> warm_ups;
  /// Who would be mailed from an address that his receiver refuses is mailed from the next one that
  /// it does not.
  bool next_source = false;
  /// Who is mailed directly and whose receiver refuses us goes on through this relay
  /// (Relay::called()) of `relays`. Empty: he waits.
  std::string relay_on_block;
  RelayDoor door;
  Pipelining pipelining = Pipelining::Grouped;
  bool chunking = false;     ///< BDAT instead of DATA where offered (RFC 3030)
  bool require_tls = false;  ///< REQUIRETLS or no mail (RFC 8689); only with Tls::Require
  /// Reports to ask for where DSN is offered; the envelope id of each is its message_id.
  smtp::DsnRequest dsn;
  Timeouts timeouts;  ///< RFC 5321 §4.5.3.2; options may lower them
  /// The wait before a recipient's second try; each later one is five times as long as the one
  /// before it, an hour at most.
  std::chrono::milliseconds retry_after{std::chrono::seconds{60}};
  /// Tries of one recipient in this run: who then is still deferred is left for a later resume, and
  /// so is who would have to wait for longer than a minute for a limit, a window, the end of a hold
  /// or what an earlier run said. 0: as many as there is time for until `expire`, and all waits.
  int attempts = 0;
  /// Who would have to wait longer than this since the first try, over all runs, is given up: event
  /// `failed`, reason `expired`.
  std::chrono::milliseconds expire{std::chrono::hours{48}};
  /// How long a host that said 421 or could not be reached is left alone at first; doubles up to
  /// 64 times with every such answer in a row.
  std::chrono::milliseconds host_pause{2'000};
  /// How long a receiver that wants less is left alone at first (rules::ReceiverWatch).
  std::chrono::milliseconds receiver_pause{rules::ReceiverWatch::Settings{}.pause};
  /// What limits the rates; null: the built-in table, which has no quotas.
  std::shared_ptr<Throttles> throttles;
  /// Where what runs learn of receivers is kept (store::Receivers); empty: nothing is kept.
  std::string receivers_file;
  rules::BounceLimit bounce_limit{1};  ///< at which the campaign stops; none by default
  std::string language = "en";         ///< of the notices' cause and remedy
  /// Recipients in memory at most. Those who wait for long wait in a file, in this folder, that
  /// nobody else sees.
  std::size_t window = 20'000;
  std::string folder;
  /// Threads for Message::finish; 0: one for each core.
  std::size_t finishing_threads = 0;
  /// Sends again to recipients that an earlier run left `uncertain`: they may get a second copy.
  bool retry_uncertain = false;
};

/// Whether a campaign asks DNS: some of its mail goes direct, or goes by who the provider is.
bool uses_dns(const Options& options);

struct Summary {
  std::uint64_t recipients = 0;  ///< taken from the source
  std::uint64_t delivered = 0;
  std::uint64_t deferred = 0;  ///< left deferred at the end: run again with --resume
  std::uint64_t failed = 0;
  std::uint64_t held = 0;
  /// Of them, because all mail of their receiver is held: run again with --resume.
  std::uint64_t held_with_receiver = 0;
  std::uint64_t skipped = 0;
  std::uint64_t uncertain = 0;
  /// Finished in an earlier run of this campaign, not mailed again.
  std::uint64_t already_done = 0;
  /// Events of an earlier run reported again (not in the counts above).
  std::uint64_t repeated = 0;
  std::uint64_t absent = 0;  ///< unfinished in the journal but not in this run's input
  /// Hosts tried at port 25, where none of them ever answered there: our network may block it.
  std::size_t silent_hosts = 0;
  bool stopped = false;                ///< ended before the source did
  std::string stop_reason;             ///< for people: the signal, the relay's refusal
  bool sink_failed = false;            ///< the EventSink returned false
  std::optional<Error> journal_error;  ///< the journal could not be written: nothing was sent after
  std::optional<Error> policies_not_kept;  ///< receivers' policies hold for this run alone

  /// True when running again with --resume has something to do: exit 75.
  [[nodiscard]] bool unfinished() const {
    return deferred > 0 || held_with_receiver > 0 || absent > 0 || (stopped && !sink_failed);
  }
};

/// A receiver whose recipients are kept waiting, by its limits or by what it answered.
struct Crowd {
  std::string receiver;
  std::uint64_t waiting =
      0;  ///< of those taken from the source, without those who wait for a retry
  bool held = false;
};

/// Sends one campaign.
///
/// **Never twice, never nobody.** For each recipient, in this order and each step on disk before
/// the next: the intent to try (journal, committed) - the mark that its body goes out (a plain
/// write, see store::Journal::mark_sending) - the body - the reply - the outcome (journal,
/// committed) - the event (sink) - the confirmation that the sink has it on disk (journal; for many
/// events at once). A run that dies between two steps, by a kill or with the machine, is resumed
/// thus:
/// - no intent: the recipient was never touched; it comes from the source again;
/// - intent, no mark: no byte of the body was sent; it is tried (again);
/// - mark, no outcome: a server may have it; it becomes `uncertain`, is reported, and is not sent
///   again unless Options::retry_uncertain;
/// - outcome, no confirmation: the record is reported again, byte for byte. A reader of the log
///   drops copies by message_id, attempt and event.
/// Within a live run the same rule holds for a lost connection: before the last byte of the body
/// was handed to the system the try may be repeated, afterwards it is uncertain.
///
/// At most 32 recipients per session, and through relays 128 where there are fewer than four
/// sessions, have an open intent, so that is how many can become uncertain when the machine itself
/// goes down; after a kill it is only those whose body was on its way.
///
/// The same address (by Address::key()) twice in the input gets one copy and one `skipped` event.
///
/// **Trouble with a server is not trouble with a recipient.** A 421, a lost connection before the
/// body's end, a refused connection: the recipient's try goes on elsewhere or later, the host gets
/// fewer sessions and a pause. Only a try that came back three times is deferred. When no relay
/// takes our mail (all of them refuse us or all our mail, never answered, or have been silent for
/// six times Options::retry_after, in a run with one try at once) the run stops; who was not tried
/// has no event and is sent on resume.
///
/// **Resuming** is running the same command line with the journal opened for resume. Recipients
/// that were deferred, held or never tried are sent, the others counted as Summary::already_done.
/// See store::Journal::open for what is refused.
class Campaign {
 public:
  /// All references must outlive the campaign. `resolver` is asked only where mail goes direct
  /// (uses_dns()). Signals: SIGPIPE must be ignored by the program.
  Campaign(net::Loop& loop, dns::Resolver& resolver, store::Journal& journal, Options options);
  ~Campaign();
  Campaign(const Campaign&) = delete;
  Campaign& operator=(const Campaign&) = delete;

  /// Runs the loop until every recipient has its outcome, or until stop() took effect. Once per
  /// object.
  Summary run(RecipientSource& source, Renderer& renderer, EventSink& sink);

  /// Takes no more recipients, lets transactions in flight end, journals and reports them, and
  /// makes run() return. From a callback of the loop (net::Signals). `why` is Summary::stop_reason.
  void stop(std::string why);

  /// Counts so far, for progress displays: from a callback of the loop (net::Timer).
  [[nodiscard]] const Summary& progress() const;
  /// The receivers with the largest crowds, at most `most` of them: from such a callback as well.
  [[nodiscard]] std::vector<Crowd> crowds(std::size_t most) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace hagaki::delivery
