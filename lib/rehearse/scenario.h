#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "rehearse/replies.h"

/// What a scenario file says: the domains, mail hosts and blocklists of a small internet.
/// mail-rehearse(1) describes the file.
namespace hagaki::rehearse {

/// How DNS answers for a domain.
enum class DnsState {
  Ok,          ///< its records
  NoDomain,    ///< NXDOMAIN
  NoMailHost,  ///< the name exists, without MX and address
  NullMx,      ///< "0 ." (RFC 7505)
  ServFail,
  Refused,
  Timeout,  ///< no answer at all
};

/// What becomes of a mail to one mailbox.
enum class Fate {
  Deliver,
  Unknown,    ///< no such user
  Full,       ///< over quota
  Suspended,  ///< the account is closed until its owner returns
  Reply,      ///< a literal reply
  Forward,    ///< accepted, then sent on
};

/// When a refusal is spoken.
enum class Moment {
  Rcpt,   ///< in the reply to RCPT
  Body,   ///< in the reply to the message
  Later,  ///< the message is accepted, and a bounce is returned
};

/// A mailbox, or all mailboxes that fit a pattern ("*" and "?" as in a shell).
struct Mailbox {
  std::string pattern;  ///< local part, lower case
  Fate fate = Fate::Deliver;
  Moment moment = Moment::Rcpt;
  std::string target;  ///< Forward: the address; Reply: the reply
};

struct MxTarget {
  std::uint16_t preference = 10;
  std::string host;
};

struct DomainRule {
  std::string name;  ///< lower case; "*.suffix" or "*" stand for all names not listed
  DnsState dns = DnsState::Ok;
  std::vector<MxTarget> mx;    ///< by preference; empty with Ok: the implicit MX (RFC 5321 §5.1)
  std::string implicit_host;   ///< the host behind the domain's own address record
  bool any = false;            ///< every local part has a mailbox
  bool unknown_later = false;  ///< unknown users are accepted and bounced
  std::vector<Mailbox> mailboxes;

  /// The mailbox of `local` (any case): exact names before patterns, patterns in file order;
  /// nullptr when nothing is said about it.
  [[nodiscard]] const Mailbox* mailbox(std::string_view local) const;
  /// Prepares mailbox(); called once all mailboxes are there.
  void index();

 private:
  std::unordered_map<std::string, std::size_t> exact_;
  std::vector<std::size_t> patterns_;
};

enum class BounceStyle {
  Rfc3464,  ///< multipart/report
  Plain,    ///< text only, in the words of Postfix
};

/// A mail host's personality.
struct Host {
  std::string name;
  std::string address;                                       ///< 127.x.y.z, its own
  std::string address6;                                      ///< "::1" or empty
  bool down = false;                                         ///< nobody listens
  std::string provider;                                      ///< whose words it speaks (Replies)
  std::vector<std::pair<std::string, std::string>> replies;  ///< words of its own, by kind

  std::chrono::seconds greylist{0};  ///< first try is put off this long
  std::chrono::milliseconds greeting_delay{0};
  std::chrono::milliseconds reply_delay{0};  ///< before every other reply
  std::chrono::milliseconds body_delay{0};   ///< before the reply to a message
  std::uint32_t max_connections = 0;         ///< at once; 0 = any number
  std::uint32_t busy_connections = 0;        ///< this many connections get 421 first
  std::uint32_t busy_transactions = 0;       ///< this many MAIL commands get 421 first
  std::chrono::seconds busy{0};              ///< 421 this long from the first connection
  std::uint32_t rate_messages = 0;           ///< more recipients than this in a window are put off
  std::chrono::seconds rate_window{1};
  std::uint32_t max_messages = 0;       ///< in one session, then 421
  std::uint32_t max_recipients = 0;     ///< in one transaction, then 452
  std::uint32_t drop_bodies = 0;        ///< this many messages are received and never answered
  std::vector<std::string> refuse_ips;  ///< CIDR
  enum class RefuseAt { Greeting, Mail, Rcpt } refuse_at = RefuseAt::Greeting;
  std::uint32_t refuse_after = 0;     ///< all recipients after so many accepted ones; 0 = none
  std::string refuse_as = "blocked";  ///< in words of this kind (Replies)
  bool refuse_content = false;   ///< every message is refused in the reply to its body ("content")
  bool unauthenticated = false;  ///< messages without DKIM-Signature are refused ("authentication")
  std::size_t size_limit = 10u << 20;
  bool pipelining = true;
  bool smtputf8 = true;
  bool eight_bit = true;
  bool enhanced_codes = true;
  BounceStyle bounce_style = BounceStyle::Rfc3464;
};

struct Listing {
  std::string target;  ///< address, CIDR or domain
  std::vector<std::string> codes;
  std::string text;
};

struct Blocklist {
  std::string zone;
  DnsState dns = DnsState::Ok;
  std::vector<Listing> listed;
};

struct Scenario {
  enum class Store { Maildir, Count } store = Store::Maildir;
  enum class Relay {
    Immediate,  ///< the recipient's host answers through us
    Queue,      ///< all is accepted, failures come back as bounces
    Off,
  } relay = Relay::Immediate;
  std::string relay_name = "relay.example";
  std::chrono::milliseconds queue_retry{1000};
  std::chrono::milliseconds queue_lifetime{10000};
  std::uint32_t ttl = 300;
  DnsState unknown_names = DnsState::NoDomain;
  std::vector<std::string> dns_records;  ///< zone file lines
  std::vector<DomainRule> domains;
  std::vector<Host> hosts;
  std::vector<Blocklist> blocklists;
  Replies replies;

  /// The rule for a domain (lower case); nullptr when there is none.
  [[nodiscard]] const DomainRule* domain(std::string_view name) const;
  /// Index of a host by name; nothing when there is none.
  [[nodiscard]] std::optional<std::size_t> host(std::string_view name) const;
  /// Hosts that take mail for `rule`, best first.
  [[nodiscard]] std::vector<std::size_t> route(const DomainRule& rule) const;
  /// Prepares the look-ups; called once everything is there.
  void index();

 private:
  std::unordered_map<std::string, std::size_t> domain_index_;
  std::unordered_map<std::string, std::size_t> host_index_;
};

/// Reads a scenario. Hosts that are only named in an MX get default manners; hosts without an
/// address get one of their own in 127.25.0.0/16. Error::Config says what is wrong at "name:line".
Result<Scenario> parse_scenario(std::string_view toml, const std::string& name);

/// Shell-like match of a whole string: "*" any run, "?" one byte.
bool wildcard_match(std::string_view pattern, std::string_view text);

}  // namespace hagaki::rehearse
