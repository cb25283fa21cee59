#include "options.h"

void add_options(hagaki::cli::App& app, Options& options) {
  app.flag("--explain", options.explain, "Add cause and remedy, in the language of --lang")
      .flag("--all", options.all, "Also report mails that are no bounce, as \"other\"")
      .value("--rules", "FILE", options.rules,
             "Judge by these rules (JSON) and not the built-in ones")
      .value("--dialects", "FILE", options.dialects,
             "Recognise bounces by this table (JSON) and not the built-in one")
      .operands("FILE|DIR", options.inputs,
                "Mails, mbox files, Maildirs, directories of mails; standard input by default");
}
