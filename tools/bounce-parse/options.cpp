#include "options.h"

#include "formats.h"
#include "listing.h"

using namespace hagaki;

void add_options(hagaki::cli::App& app, Options& options) {
  app.flag("--explain", options.explain, "Add cause and remedy, in the language of --lang")
      .flag("--all", options.all, "Also report mails that are no bounce, as \"other\"")
      .value("--move", "FOLDER", options.move,
             "When its records are written, move a mail of a Maildir into this Maildir, or with "
             "\"cur\" from new to cur")
      .flag("--delete", options.remove, "When its records are written, delete a mail of a Maildir")
      .value("--threads", "N", options.threads,
             "Judge mails in so many threads; by default one for each processor, at most 8", 0, 64)
      .value("--max-mail", "MIB", options.max_mail, "Read so much of a mail, and not more", 1, 1024)
      .list("--format", "NAME", options.formats,
            "Read as mail, or as events of ses, sendgrid, mailgun, postmark; write as sisimai")
      .value("--rules", "FILE", options.rules,
             "Judge by these rules (JSON) and not the built-in ones")
      .value("--dialects", "FILE", options.dialects,
             "Recognise bounces by this table (JSON) and not the built-in one")
      .operands("FILE|DIR", options.inputs,
                "Mails, mbox files, Maildirs, directories of mails; standard input by default");
}

Result<void> check(const Options& options) {
  const auto formats = parse_formats(options.formats);
  if (!formats) return tl::unexpected(formats.error());
  if (formats->sisimai && options.explain) {
    return fail(ErrorCode::Config, "--explain has no place in --format sisimai");
  }
  if (options.move.empty() && !options.remove) return {};
  if (!options.move.empty() && options.remove) {
    return fail(ErrorCode::Config, "--move and --delete exclude each other");
  }
  const std::string option = options.remove ? "--delete" : "--move";
  if (options.inputs.empty()) return fail(ErrorCode::Config, option + " is for a Maildir");
  for (const auto& input : options.inputs) {
    if (!is_maildir(input)) return fail(ErrorCode::Config, option + " is for a Maildir", input);
  }
  return {};
}
