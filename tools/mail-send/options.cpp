#include "options.h"

using namespace hagaki;

void add_options(cli::App& app, Options& options) {
  app.value("-t,--template", "TEMPLATE", options.template_path,
            "The message: a file, or a folder with message.txt and message.html");
  app.value("--campaign", "NAME", options.campaign,
            "Name of the campaign; the template's name by default");
  app.value("--journal", "FILE", options.journal,
            "Where the state of the campaign is kept; a file in the state folder by default");
  app.value("--from", "ADDRESS", options.from, "Sender, instead of the template's From");
  app.value("--bounces", "ADDRESS", options.bounces,
            "Where bounces go (envelope sender); the From address by default");
  app.flag("--no-verp", options.no_verp, "Do not write the recipient into the envelope sender");
  app.value("--verp-key", "FILE", options.verp_key,
            "Sign the recipient in the envelope sender with the key in this file's first line; "
            "nobody else may read it");
  app.list("--dkim", "DOMAIN:SELECTOR:FILE", options.dkim,
           "Sign messages from this domain (DKIM) with the RSA or Ed25519 key in this file, which "
           "nobody else may read (repeats)");
  app.flag("--print-dkim-record", options.print_dkim_record,
           "Print the DNS records of these keys and send nothing");
  app.choice("--missing", "WHAT", options.missing,
             "Recipients without a field that the template uses: an error, mailed with nothing "
             "in its place, or skipped",
             {"error", "empty", "skip"});
  add_bulk_options(app, options.bulk);

  app.list("--attach", "FILE", options.attach, "Attach this file to every message (repeats)");
  app.value("--attach-field", "FIELD", options.attach_field,
            "Attach to each message the files that this field of the recipient names");
  app.value("--attach-dir", "DIR", options.attach_dir, "Where the files of --attach-field lie");
  app.choice("--charset", "NAME", options.charset,
             "Write texts in this charset; what iso-2022-jp lacks stays in utf-8",
             {"utf-8", "iso-2022-jp"});
  app.flag("--flowed", options.flowed,
           "Write plain text as format=flowed, so that narrow screens wrap it");

  app.list("--relay", "URL", options.relays,
           "Send through this server: smtp://[USER@]HOST[:PORT] or smtps://… (repeats)");
  add_route_options(app, options.routing);
  app.flag("--direct", options.direct, "Send to the receivers' own servers (MX)");
  app.value("--to-maildir", "DIR", options.to_maildir,
            "Write all messages into a Maildir instead of sending them");
  app.value("--preview", "N", options.preview,
            "Print the first N messages instead of sending: to read at a "
            "terminal, else as mbox",
            1, 1'000'000);

  app.value("--connections", "N", options.connections, "Sessions at once", 1, 2000);
  add_limit_options(app, options.limiting);
  app.choice("--tls", "LEVEL", options.tls,
             "Encrypt never, where offered, or only with a verified certificate; may by default, "
             "require with a password",
             {"none", "may", "require"});
  add_tls_policy_options(app, options.tls_policy);
  app.value("--ca-file", "FILE", options.ca_file, "Certificates to trust instead of the system's");
  app.value("--user", "NAME", options.user, "Log in to the relay under this name");
  app.value("--password-file", "FILE", options.password_file,
            "Its first line is the password; nobody else may read it");
  add_pop_options(app, options.pop);
  app.value("--resolver", "HOST:PORT", options.resolver, "Ask this DNS server");
  app.value("--port", "PORT", options.port, "Port of the receivers' servers where mail goes direct",
            1, 65535);
  app.value("--helo", "NAME", options.helo,
            "This machine's name in EHLO; its host name by default");
  add_source_options(app, options.sources);
  add_block_option(app, options.on_block);
  app.value("--clamd", "PATH|IP:PORT", options.clamd,
            "Let the virus scanner clamd that listens here look at the message first");
  app.flag("--no-dns", options.no_dns, "Do not check by DNS what receivers will see of the sender");
  app.value("--sending-ip", "ADDRESS", options.sending_ip,
            "The address that receivers see: this network's, or the relay's; for the checks of the "
            "sender");
  app.choice("--pipelining", "HOW", options.pipelining,
             "Commands before their replies: none, those of a message, or those of the next too",
             {"off", "grouped", "deep"});
  app.flag("--chunking", options.chunking,
           "Send messages as one chunk (BDAT) where the server offers that");
  app.value("--dsn-notify", "never|success,failure,delay", options.dsn_notify,
            "When receivers are to report to the bounce address, where servers offer that (DSN)");
  app.choice("--dsn-return", "WHAT", options.dsn_return,
             "What of the message such reports give back", {"full", "headers"});
  app.flag("--requiretls", options.requiretls,
           "Send only to servers that promise to pass the message on over verified TLS alone "
           "(REQUIRETLS)");
  app.value("--attempts", "N", options.attempts,
            "Tries for each recipient in this run; as many as there is time for by default", 1,
            1000);
  app.value("--expire", "DURATION", options.expire_text,
            "Give up who was put off for so long since the first try (2d, 12h)");
  app.flag("--once", options.once,
           "One try for everybody and no long waits: for cron, which runs it again with --resume");
  app.value("--retry-after", "SECONDS", options.retry_after,
            "Wait before the second try; each later wait is five times as long, an hour at most", 0,
            86400);
  app.value("--max-bounce", "PERCENT[/N]", options.max_bounce_text,
            "Stop when more than this part of the first N recipients (500), or of all so far, are "
            "dead addresses; 5%/500 by default, off for any number");
  app.value("--timeout", "SECONDS", options.timeout,
            "Give up on a silent server after this long; RFC 5321's times by default", 0, 3600);

  app.flag("--transactional", options.transactional,
           "This is no campaign: neither consent nor List-Unsubscribe is asked for");
  app.value("--assert-consent", "basis=…,evidence=…", options.assert_consent,
            "Why those whose record does not say may be mailed; recorded in their events");
  app.flag("--allow-published", options.allow_published,
           "Mail addresses from web pages, where the record shows page, date and that no notice "
           "forbids advertising");
  app.flag("--no-sender-identity", options.no_sender_identity,
           "Ask neither for sender's name nor for postal address and contact in the body");
  app.value("--min-interval", "DURATION", options.min_interval_text,
            "Skip who got a message of another campaign within this time (7d, 12h), by the "
            "journals beside this one");
  app.flag("--dry-run", options.dry_run,
           "Send nothing: list who would be refused, and why, and who would be mailed");
  app.flag("--skip-preflight", options.skip_preflight, "Do not check the message first");
  app.flag("--check", options.check,
           "Say what receivers would mind about the message, and send nothing");
  app.value("--message", "FILE", options.message,
            "With --check, look at this finished mail instead of a template");
  app.list("--ignore", "ID", options.ignore, "Go on in spite of this finding (repeats)");
  app.flag("--list-findings", options.list_findings, "Print all findings that there are");
  app.value("--attachment-limit", "OCTETS", options.attachment_limit,
            "Attachments that are larger together are an error", 1, 1'000'000'000);
  app.value("--message-limit", "OCTETS", options.message_limit, "A larger message is an error", 1,
            1'000'000'000);
  app.value("--consent-rules", "FILE", options.consent_rules,
            "Bases of consent (TOML) that replace the built-in ones");
  app.flag("--resume", options.resume, "Go on where a stopped run of this campaign ended");
  app.flag("--retry-uncertain", options.retry_uncertain,
           "Send again where an earlier run never saw the reply: a second copy is possible");
  app.flag("--status", options.status,
           "Tell from the journal how far the campaign is, while it runs and afterwards");
  app.list("--release", "RECEIVER", options.release,
           "Go on with the mail of a receiver that is held, and send nothing else now (repeats)");
  app.operands("FILE", options.files, "Recipients (JSON lines); standard input by default");
}
