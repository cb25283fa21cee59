#include "options.h"

#include "formats.h"
#include "listing.h"
#include "mailboxes.h"

using namespace hagaki;

void add_options(hagaki::cli::App& app, Options& options) {
  app.flag("--explain", options.explain, "Add cause and remedy, in the language of --lang")
      .flag("--all", options.all, "Also report mails that are no bounce, as \"other\"")
      .flag("--why", options.why,
            "Say which rule judged each recipient, on which words, in place of records")
      .value("--move", "FOLDER", options.move,
             "When its records are written, move a mail into this Maildir or IMAP folder; \"cur\": "
             "in a Maildir from new to cur")
      .flag("--delete", options.remove,
            "When its records are written, delete a mail of a Maildir or mailbox")
      .value("--threads", "N", options.threads,
             "Judge mails in so many threads; by default one for each processor, at most 8", 0, 64)
      .value("--max-mail", "MIB", options.max_mail, "Read so much of a mail, and not more", 1, 1024)
      .choice("--tls", "LEVEL", options.tls,
              "To a mailbox only with a verified certificate, or never encrypted",
              {"require", "none"})
      .value("--ca-file", "FILE", options.ca_file, "Certificates to trust instead of the system's")
      .value("--password-file", "FILE", options.password_file,
             "Its first line is the mailbox's password; nobody else may read it")
      .value("--timeout", "SECONDS", options.timeout,
             "Give up on a mailbox's silent server after this long", 1, 3600)
      .value("--state", "FILE", options.state,
             "Which mails of a POP3 mailbox were read; a file in the state folder by default")
      .list("--format", "NAME", options.formats,
            "Read as mail, or as events of ses, sendgrid, mailgun, postmark; write as sisimai")
      .value("--rules", "FILE", options.rules,
             "Change the built-in rules by those of this file (JSON)")
      .value("--dialects", "FILE", options.dialects,
             "Recognise bounces by this table (JSON) and not the built-in one")
      .value(
          "--verp-key", "FILE", options.verp_key,
          "Believe only return paths signed with the key in this file's first line, as mail-send "
          "signs them; nobody else may read it")
      .value("--unsubscribe-key", "FILE", options.unsubscribe_key,
             "Whom a mail takes off the list is told by a token made with a key in this file, as "
             "mail-send makes them; nobody else may read it")
      .operands("FILE|DIR|URL", options.inputs,
                "Mails, mbox files, Maildirs, directories of mails, imaps://USER@HOST/FOLDER, "
                "pop3s://USER@HOST; standard input by default");
}

Result<void> check(const Options& options) {
  const auto formats = parse_formats(options.formats);
  if (!formats) return tl::unexpected(formats.error());
  if (formats->sisimai && options.explain) {
    return fail(ErrorCode::Config, "--explain has no place in --format sisimai");
  }
  if (options.why && (formats->sisimai || options.explain)) {
    return fail(ErrorCode::Config, "--why has no place beside --explain or --format sisimai");
  }
  if (options.why && (options.remove || !options.move.empty())) {
    return fail(ErrorCode::Config, "--why leaves mails where they are");
  }
  if (auto checked = check_urls(options); !checked) return checked;
  if (options.move.empty() && !options.remove) return {};
  if (!options.move.empty() && options.remove) {
    return fail(ErrorCode::Config, "--move and --delete exclude each other");
  }
  const std::string wrong = options.remove ? "--delete is for a Maildir or a mailbox"
                                           : "--move is for a Maildir or a mailbox";
  if (options.inputs.empty()) return fail(ErrorCode::Config, wrong);
  for (const auto& input : options.inputs) {
    const bool url = net::is_mailbox_url(input);
    if (url && options.move == "cur") {
      return fail(ErrorCode::Config, "--move cur is for a Maildir");
    }
    if (!url && !is_maildir(input)) return fail(ErrorCode::Config, wrong, input);
  }
  return {};
}
