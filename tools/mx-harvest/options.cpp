#include "options.h"

#include <algorithm>

#include "base/time.h"
#include "mime/charset.h"

using namespace hagaki;

void add_options(cli::App& app, Options& options) {
  app.list("--resolver", "HOST:PORT", options.resolvers,
           "Ask this recursive resolver instead of the system's (repeats)");
  app.flag("--no-dns", options.no_dns,
           "Ask nothing, whatever resolver is named: only read the lists");
  app.flag("--no-mx-hosts", options.no_mx_hosts,
           "Do not ask whether the hosts that an MX names have addresses");
  app.value("--timeout", "SECONDS", options.timeout_s, "Longest wait for one answer", 0.1, 300);
  app.value("--in-flight", "N", options.in_flight, "Questions open at once", 1, 10'000);
  app.value("--rate", "N", options.rate, "Questions a second at most", 1, 1'000'000);
  app.value("--cache", "FILE", options.cache,
            "Keep what DNS says in this file, for as long as it holds");
  app.value("--encoding", "NAME", options.encoding,
            "Character encoding of the lists (cp932, euc-jp, utf-8…) instead of detecting it");
  app.choice("--format", "FORMAT", options.format, "What the lists are",
             {"auto", "csv", "text", "jsonl"});
  app.list("--map", "FIELD=COLUMN", options.map,
           "Take this field from this column, by header or number (repeats)");
  app.value("--consent", "basis=…,evidence=…", options.consent,
            "Why these people may be mailed; also at=DATE and expires_at=DATE");
  app.value("--columns", "FILE", options.columns_file,
            "Table of column headers (JSON) that replaces the built-in one");
  app.value("--providers", "FILE", options.providers_file,
            "Table of mailbox providers (JSON) that replaces the built-in one");
  app.value("--at", "TIME", options.at, "Note this time (RFC 3339) as the harvest's and not now");
  app.operands("SOURCE", options.sources,
               "Files, addresses and domains; standard input by default");
}

Result<void> check(const Options& options) {
  if (std::count(options.sources.begin(), options.sources.end(), "-") > 1) {
    return fail(ErrorCode::Unsupported, "standard input can be read once");
  }
  if (options.columns_file == "-" || options.providers_file == "-") {
    return fail(ErrorCode::Unsupported, "--columns and --providers need a file");
  }
  if (!options.encoding.empty() && !mime::is_known_charset(options.encoding)) {
    return fail(ErrorCode::Unsupported, "no such encoding: " + options.encoding);
  }
  if (!options.at.empty() && !parse_rfc3339(options.at)) {
    return fail(ErrorCode::Unsupported, "--at needs a time like 2026-11-21T09:00:00Z");
  }
  return {};
}
