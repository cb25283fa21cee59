#include "options.h"

#include <algorithm>

#include "base/time.h"
#include "mime/charset.h"
#include "status_filter.h"

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
             {"auto", "csv", "xlsx", "vcard", "ldif", "mail", "html", "text", "jsonl"});
  app.list("--map", "FIELD=COLUMN", options.map,
           "Take this field from this column, by header or number (repeats)");
  app.value("--mail-fields", "FIELD,…", options.mail_fields,
            "Whom to take from a mail: from (the default), reply-to, sender, to, cc");
  app.list("--own", "ADDRESS|@DOMAIN", options.own,
           "Take nobody of this address or domain from a mail (repeats)");
  app.value("--consent", "basis=…,evidence=…", options.consent,
            "Why these people may be mailed; also at=DATE and expires_at=DATE");
  app.value("--columns", "FILE", options.columns_file,
            "Table of column headers (JSON) that replaces the built-in one");
  app.value("--providers", "FILE", options.providers_file,
            "Table of mailbox providers (JSON) that replaces the built-in one");
  app.value("--no-ads-notices", "FILE", options.no_ads_file,
            "Wordings against advertising mail (JSON) that replace the built-in ones");
  app.value("--depth", "N", options.depth,
            "Follow links of a web page within its host, so many one behind the other", 0, 100);
  app.value("--max-pages", "N", options.max_pages, "Read so many pages of each URL, and not more",
            1, 1'000'000);
  app.value("--max-page", "MIB", options.max_page, "Read so much of a page, and not more", 1, 64);
  app.value("--pause", "SECONDS", options.pause_s, "Between two requests to a host", 0, 3600);
  app.flag("--allow-private", options.allow_private,
           "Fetch pages of this machine and of private networks too");
  app.value("--ca-file", "FILE", options.ca_file, "Certificates to trust instead of the system's");
  app.value("--at", "TIME", options.at, "Note this time (RFC 3339) as the harvest's and not now");
  app.list("--only", "STATUS", options.only,
           "Only recipients whose mail goes so: ok, dead, unknown, or values of mx_status, with "
           "commas between them");
  app.flag("--by-domain", options.by_domain,
           "One record for each domain, with its recipients counted");
  app.flag("--stats", options.stats,
           "Say on standard error how many recipients each state, provider and source has");
  app.operands("SOURCE", options.sources,
               "Files, Maildirs, URLs, addresses and domains; standard input by default");
}

Result<void> check(const Options& options) {
  if (std::count(options.sources.begin(), options.sources.end(), "-") > 1) {
    return fail(ErrorCode::Unsupported, "standard input can be read once");
  }
  if (std::count(options.sources.begin(), options.sources.end(), "") > 0) {
    return fail(ErrorCode::Unsupported, "a source is named by an empty argument");
  }
  if (options.columns_file == "-" || options.providers_file == "-") {
    return fail(ErrorCode::Unsupported, "--columns and --providers need a file");
  }
  if (!options.encoding.empty() && !mime::is_known_charset(options.encoding)) {
    return fail(ErrorCode::Unsupported, "no such encoding: " + options.encoding);
  }
  if (const auto only = StatusFilter::parse(options.only); !only)
    return tl::unexpected(only.error());
  if (!options.only.empty() && options.no_dns) {
    return fail(ErrorCode::Unsupported, "--only goes by what DNS says, and --no-dns asks nothing");
  }
  if (!options.at.empty() && !parse_rfc3339(options.at)) {
    return fail(ErrorCode::Unsupported, "--at needs a time like 2026-11-21T09:00:00Z");
  }
  return {};
}
