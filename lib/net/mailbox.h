#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "base/limits.h"
#include "base/result.h"

namespace hagaki::net {

/// A mailbox on a server, and how to get there.
struct MailboxTarget {
  enum class Protocol { Imap, Pop3 };
  Protocol protocol = Protocol::Imap;
  bool implicit_tls = true;
  bool tls = true;  ///< TLS with a verified certificate or no session; false: never
  std::string host;
  std::uint16_t port = 993;
  std::string user;
  std::string password;
  std::string folder;   ///< UTF-8; "INBOX" where none was named; empty with POP3
  std::string ca_file;  ///< certificates to trust instead of the system's; empty: the system's
  std::chrono::seconds timeout{60};  ///< for each answer
};

/// True for imap://, imaps://, pop3:// and pop3s:// in any case.
bool is_mailbox_url(std::string_view text);

/// Reads "imaps://user@host[:port]/folder" or "pop3s://user@host[:port]" (RFC 5092, RFC 2384): user
/// and folder percent-encoded where they need it, a "@" in the user's name allowed as it is.
/// Error::Denied for a password in it, Error::Syntax for what it cannot be.
Result<MailboxTarget> parse_mailbox_url(std::string_view url);

/// The URL of the mailbox, without a slash at its end; for messages and records.
std::string mailbox_url(const MailboxTarget& target);

/// What becomes of a mail that was read.
enum class MailFate {
  Done,  ///< its records are safe: flag, move or delete it
  Left,  ///< there is nothing in it for us: it stays as it is
};

/// What becomes of mails that are Done.
struct MailboxAction {
  std::string move{};     ///< IMAP: into this folder (UTF-8), made where missing; empty: flag \Seen
  bool remove = false;    ///< delete them
  bool left_too = false;  ///< also give out what earlier runs have left
  std::size_t most = limits::kMailBytes;  ///< bytes kept of a mail
};

/// A mail as it was fetched.
struct FetchedMail {
  std::string id;  ///< IMAP: its UID; POP3: its UIDL
  std::string bytes;
  bool cut = false;  ///< more of it was there
};

/// A mailbox that is open. Fetching changes nothing on the server.
class Mailbox {
 public:
  Mailbox() = default;
  virtual ~Mailbox() = default;
  Mailbox(const Mailbox&) = delete;
  Mailbox& operator=(const Mailbox&) = delete;

  /// The next mail that no run has read before; nothing at the end.
  virtual Result<std::optional<FetchedMail>> next() = 0;
  /// Says what becomes of a mail that was given out. May wait for the next next() or finish().
  virtual Result<void> settle(const std::string& id, MailFate fate) = 0;
  /// Ends the session: only then all is settled. What the server would not do is told in `refused`
  /// of the open function, and is no error here.
  virtual Result<void> finish() = 0;
};

/// What earlier runs knew of a POP3 mailbox, which has no flags of its own.
class UidlMemory {
 public:
  enum class Known { No, Done, Left };

  UidlMemory() = default;
  virtual ~UidlMemory() = default;
  UidlMemory(const UidlMemory&) = delete;
  UidlMemory& operator=(const UidlMemory&) = delete;

  [[nodiscard]] virtual Known known(const std::string& uidl) const = 0;
  /// Keeps it for later runs, safe from a crash when it returns.
  virtual Result<void> remember(const std::string& uidl, MailFate fate) = 0;
  /// Forgets all but these, which are still on the server.
  virtual Result<void> keep_only(const std::set<std::string>& uidls) = 0;
};

/// Hears what the server would not do to a mail; the rest goes on.
using OnRefused = std::function<void(const std::string&)>;

/// Logs in to a POP3 mailbox and out again, and looks at nothing there: some relays take mail from
/// an address from which somebody has just done so. Blocks. Errors as open_mailbox() has them.
Result<void> visit_pop3(const MailboxTarget& target);

/// Connects, logs in and opens the mailbox. `memory` is for POP3 and must outlive the mailbox.
Result<std::unique_ptr<Mailbox>> open_mailbox(const MailboxTarget& target,
                                              const MailboxAction& action, UidlMemory* memory,
                                              OnRefused refused);

}  // namespace hagaki::net
