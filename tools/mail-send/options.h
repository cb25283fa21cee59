#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "block_option.h"
#include "bulk_options.h"
#include "cli/app.h"
#include "cli/secret.h"
#include "limit_options.h"
#include "pop_options.h"
#include "route_options.h"
#include "rules/bounce_limit.h"
#include "source_options.h"
#include "tls_options.h"

/// What mail-send was asked to do.
struct Options {
  std::string template_path;
  std::string campaign;  ///< empty until check(): the template's name
  std::string journal;   ///< empty until check(): in the state folder
  std::optional<std::string> from;
  std::optional<std::string> bounces;
  bool no_verp = false;
  std::string verp_key;  ///< file; empty = none, or where cli::read_verp_key() looks besides
  std::vector<std::string> dkim;  ///< "DOMAIN:SELECTOR:FILE" each
  bool print_dkim_record = false;
  std::string missing = "error";
  std::vector<std::string> attach;  ///< files for everybody
  std::string attach_field;         ///< of the record: files for one recipient
  std::string attach_dir;           ///< where these lie
  std::string charset = "utf-8";
  bool flowed = false;
  BulkOptions bulk;

  // where to; exactly one
  std::vector<std::string> relays;
  bool direct = false;
  RouteOptions routing;
  std::string to_maildir;
  std::int64_t preview = 0;

  // how
  std::int64_t connections = 20;
  LimitOptions limiting;
  std::string tls;  ///< empty until check()
  TlsPolicyOptions tls_policy;
  std::string ca_file;
  std::optional<std::string> user;
  std::string password_file;
  PopOptions pop;
  std::string resolver;
  std::int64_t port = 25;
  std::string helo;
  SourceOptions sources;
  BlockOption on_block;
  std::string clamd;       ///< where the virus scanner listens; empty = no scan
  bool no_dns = false;     ///< ask nothing about the sender
  std::string sending_ip;  ///< what receivers see; empty = the source's, or not known
  std::string pipelining = "grouped";
  bool chunking = false;
  bool requiretls = false;
  std::string dsn_notify;     ///< "never", or words of success, failure, delay; empty = unsaid
  std::string dsn_return;     ///< "full", "headers"; empty = unsaid
  std::int64_t attempts = 0;  ///< in this run; 0 = as many as there is time for
  std::string expire_text = "2d";
  std::chrono::milliseconds expire{};  ///< set by check()
  bool once = false;
  std::string max_bounce_text = "5%/500";
  hagaki::rules::BounceLimit max_bounce;  ///< set by check()
  double retry_after = 60;
  double timeout = 0;  ///< seconds; 0 = those of RFC 5321

  // what may be sent
  bool transactional = false;
  bool skip_preflight = false;
  bool check = false;   ///< look at the message and send nothing
  std::string message;  ///< --message: a finished one to look at
  bool list_findings = false;
  std::vector<std::string> ignore;            ///< ids of findings
  std::int64_t attachment_limit = 3'000'000;  ///< octets
  std::int64_t message_limit = 10'000'000;    ///< octets
  std::string consent_rules;
  std::string assert_consent;  ///< "basis=…,evidence=…" for who has none
  bool allow_published = false;
  bool no_sender_identity = false;
  std::string min_interval_text;
  std::optional<std::chrono::milliseconds> min_interval;  ///< nothing until check()
  bool dry_run = false;

  bool resume = false;
  std::vector<std::string> release;  ///< receivers that are held no longer
  bool status = false;               ///< tell how far the campaign is
  bool retry_uncertain = false;
  std::vector<std::string> files;  ///< recipients, or tokens; empty = standard input

  /// Whether mail is to leave this machine.
  [[nodiscard]] bool sends() const { return direct || !relays.empty() || !routing.file.empty(); }
  /// Whether some of it goes to the receivers' own servers; known once load_routes() was called.
  [[nodiscard]] bool goes_direct() const {
    return direct || (routing.table && routing.table->sends_direct());
  }
};

/// A file beside the journal, and those of other campaigns.
std::string beside_journal(const Options& options, std::string_view name);

/// Where the password of a relay may stand.
hagaki::cli::SecretSources password_sources(const Options& options);

/// --dsn-notify as SMTP has it: "success,delay" is "SUCCESS,DELAY". Nothing for other words and for
/// one that stands twice.
std::optional<std::string> parse_notify(std::string_view text);

/// Makes the option table; `options` must outlive parsing.
void add_options(hagaki::cli::App& app, Options& options);

/// Checks what the table cannot, fills what follows from the rest (campaign, journal), and puts
/// helo and the sources into the form that the wire has.
/// The message of an Error names the conflict.
hagaki::Result<void> check(Options& options);
