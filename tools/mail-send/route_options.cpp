#include "route_options.h"

#include <utility>

#include <fmt/core.h>

#include "base/limits.h"
#include "base/text.h"
#include "cli/input.h"

using namespace hagaki;

void add_route_options(cli::App& app, RouteOptions& options) {
  app.value(
      "--route", "FILE", options.file,
      "Send by a table (TOML): which domains and providers go through which relay, or direct");
}

Result<void> load_routes(RouteOptions& options, cli::Log& log) {
  if (options.file.empty()) return {};
  const auto text = cli::read_whole(options.file, limits::kDataFile);
  if (!text) return tl::unexpected<Error>(text.error());
  auto table = rules::RouteTable::parse(*text, options.file);
  if (!table) return tl::unexpected<Error>(table.error());
  for (const Error& doubt : table->doubts()) log.warning(doubt.text());
  options.table = std::make_shared<const rules::RouteTable>(std::move(*table));
  if (!options.stand_in.empty()) {
    if (!options.table->relay(options.stand_in)) {
      return fail(
          ErrorCode::Config,
          fmt::format("no relay is called \"{}\", as --on-block says", printable(options.stand_in)),
          options.file);
    }
    if (!options.table->sends_direct()) {
      return fail(ErrorCode::Config,
                  "all mail goes through relays: --on-block relay: is for what "
                  "goes direct",
                  options.file);
    }
  }
  for (const auto& relay : options.table->relays()) {
    if (uses_relay(options, relay.name)) continue;
    log.warning(fmt::format("{}: no mail goes through relay \"{}\"", relay.place, relay.name));
  }
  return {};
}

bool uses_relay(const RouteOptions& options, const std::string& name) {
  return name == options.stand_in || options.table->uses(name);
}
