#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>

#include <fmt/core.h>

#include "base/limits.h"
#include "base/time.h"
#include "cli/input.h"
#include "cli/option_row.h"
#include "domains.h"
#include "net/cares_resolver.h"
#include "net/loop.h"
#include "options.h"
#include "rules/consent.h"
#include "run.h"
#include "store/dns_cache.h"

using namespace hagaki;

namespace {

/// The table in `file`, or the built-in one.
template <class Table>
Result<Table> load(const std::string& file) {
  if (file.empty()) return Table::builtin();
  const auto text = cli::read_whole(file, limits::kDataFile);
  if (!text) return tl::unexpected(text.error());
  auto table = Table::parse(*text);
  if (!table) return fail(table.error().code, table.error().message, file);
  return table;
}

WebSettings web_settings(const Options& options) {
  constexpr std::size_t kMiB = 1u << 20;
  WebSettings out;
  out.fetching.user_agent = fmt::format("hagaki/{} (mx-harvest)", cli::version());
  out.fetching.ca_file = options.ca_file;
  out.fetching.most_bytes = static_cast<std::size_t>(options.max_page) * kMiB;
  out.fetching.pause = std::chrono::milliseconds(static_cast<long>(options.pause_s * 1000));
  out.fetching.allow_private = options.allow_private;
  out.crawling.depth = static_cast<unsigned>(options.depth);
  out.crawling.most_pages = static_cast<std::size_t>(options.max_pages);
  return out;
}

Result<Settings> make_settings(const Options& options, bool table) {
  auto names = load<harvest::ColumnNames>(options.columns_file);
  if (!names) return tl::unexpected(names.error());
  Settings settings;
  settings.encoding = options.encoding;
  settings.format = options.format;
  settings.map = options.map;
  settings.names = std::move(*names);
  settings.at = options.at.empty() ? now() : *parse_rfc3339(options.at);
  settings.dns = !options.no_dns;
  settings.table = table;
  auto fields = harvest::parse_mail_fields(options.mail_fields);
  if (!fields) return tl::unexpected(fields.error());
  settings.mail_fields = std::move(*fields);
  auto own = harvest::OwnAddresses::parse(options.own);
  if (!own) return tl::unexpected(own.error());
  settings.own = std::move(*own);
  auto notices = load<harvest::NoAdsNotices>(options.no_ads_file);
  if (!notices) return tl::unexpected(notices.error());
  settings.no_ads = std::move(*notices);
  settings.web = web_settings(options);
  if (!options.consent.empty()) {
    auto consent = harvest::parse_consent(options.consent);
    if (!consent) return tl::unexpected(consent.error());
    settings.consent = std::move(*consent);
  }
  return settings;
}

}  // namespace

int main(int argc, char** argv) {
  cli::App app("mx-harvest",
               "Read customer lists, and say where each address came from and where its mail goes.",
               "[--no-dns] [--consent 'basis=…,evidence=…'] [SOURCE…]");
  Options options;
  add_options(app, options);
  if (const auto done = app.parse(argc, argv)) return static_cast<int>(*done);

  const auto& common = app.common();
  cli::Log log(app.name(), common.quiet, common.verbose);
  const auto give_up = [&](const Error& error, cli::Exit exit) {
    log.error(error.text());
    return static_cast<int>(exit);
  };
  if (options.sources.empty() && cli::stdin_is_terminal()) {
    std::fputs(app.short_help().c_str(), stderr);
    return static_cast<int>(cli::Exit::Usage);
  }
  if (const auto ok = check(options); !ok) return give_up(ok.error(), cli::Exit::Usage);

  const bool table = !common.json && cli::stdout_is_terminal();
  const auto settings = make_settings(options, table);
  if (!settings) return give_up(settings.error(), cli::exit_for(settings.error().code));
  if (!settings->consent.basis.empty()) {
    const auto fit = rules::ConsentRules::builtin().check_basis(settings->consent.basis);
    if (!fit) log.warning("--consent: " + fit.error().message);
  }
  const auto providers = load<harvest::Providers>(options.providers_file);
  if (!providers) return give_up(providers.error(), cli::exit_for(providers.error().code));

  net::Loop loop;
  std::unique_ptr<net::CaresResolver> resolver;
  if (!options.no_dns) {
    net::CaresResolver::Options dns;
    dns.servers = options.resolvers;
    dns.timeout = std::chrono::milliseconds(static_cast<long>(options.timeout_s * 1000));
    dns.in_flight = static_cast<std::size_t>(options.in_flight);
    dns.rate = static_cast<double>(options.rate);
    auto made = net::CaresResolver::create(loop, dns);
    if (!made) return give_up(made.error(), cli::exit_for(made.error().code));
    resolver = std::move(*made);
    for (const auto& server : resolver->servers()) log.debug("asking the resolver " + server);
  }

  std::optional<store::DnsCache> cache;
  if (resolver && !options.cache.empty()) {
    auto opened = store::DnsCache::open(options.cache, now());
    if (opened) {
      cache.emplace(std::move(*opened));
    } else if (opened.error().code == ErrorCode::Config) {
      return give_up(opened.error(), cli::Exit::Config);
    } else {
      warn_of_cache(log, opened.error());
    }
  }

  cli::Output out;
  cli::Progress progress("recipients", common.quiet);
  Sources sources(options.sources, *settings);
  const Edges edges{.loop = loop,
                    .resolver = resolver.get(),
                    .mx_hosts = !options.no_mx_hosts,
                    .cache = cache ? &*cache : nullptr,
                    .out = out,
                    .log = log,
                    .progress = progress,
                    .table = table,
                    .color = cli::use_color(common.color),
                    .columns = cli::terminal_columns(),
                    .wanted = {.only = *StatusFilter::parse(options.only),
                               .by_domain = options.by_domain,
                               .stats = options.stats,
                               .lang = common.lang}};
  const auto outcome = run(sources, *providers, edges);
  std::fputs(outcome.stats.c_str(), stderr);
  if (resolver) log.debug(std::to_string(resolver->asked()) + " questions asked");
  // A thread that waits for input nobody needs would hold up a normal return.
  if (outcome.reading) std::_Exit(static_cast<int>(outcome.exit));
  return static_cast<int>(outcome.exit);
}
