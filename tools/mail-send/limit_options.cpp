#include "limit_options.h"

#include <algorithm>
#include <utility>

#include <fmt/core.h>

#include "base/limits.h"
#include "base/text.h"
#include "cli/input.h"
#include "store/time_zones.h"

using namespace hagaki;

namespace {

Result<std::shared_ptr<const TimeZone>> zone(std::string_view name) {
  if (name.empty()) return store::local_time_zone();
  return store::find_time_zone(name);
}

Result<rules::SendWindow> window(const std::vector<std::string>& texts) {
  rules::SendWindow out;
  for (const std::string& text : texts) {
    const auto parsed = rules::SendWindow::parse(text, zone);
    if (!parsed) return fail(ErrorCode::Config, "--window: " + parsed.error().message);
    out.add(*parsed);
  }
  return out;
}

}  // namespace

void add_limit_options(cli::App& app, LimitOptions& options) {
  app.value("--limits", "FILE", options.limits,
            "Sessions, rates and quotas of receivers and relays (TOML), over the built-in ones");
  app.list("--window", "TIMES", options.windows,
           "Send only at these times: \"Mon-Fri 09:00-18:00 Asia/Tokyo\" (repeats)");
}

Result<void> check_limits(LimitOptions& options) {
  if (options.limits == "-") {
    return fail(ErrorCode::Config, "--limits needs a file: standard input has the recipients");
  }
  auto times = window(options.windows);
  if (!times) return tl::unexpected(times.error());
  options.window = std::move(*times);
  return {};
}

Result<delivery::Limiting> read_limits(const LimitOptions& options,
                                       const std::vector<delivery::Relay>& relays,
                                       const rules::RouteTable* routes, cli::Log& log) {
  delivery::Limiting what;
  if (!options.limits.empty()) {
    const auto text = cli::read_whole(options.limits, limits::kDataFile);
    if (!text) return tl::unexpected(text.error());
    auto parsed = rules::ProviderLimits::parse(*text, options.limits);
    if (!parsed) return tl::unexpected(parsed.error());
    what.limits = std::move(*parsed);
    for (const Error& doubt : what.limits.doubts()) log.warning(doubt.text());
    for (const std::string& name : what.limits.relays()) {
      const bool used = std::any_of(relays.begin(), relays.end(), [&](const auto& relay) {
        return ascii_iequals(relay.called(), name);
      });
      if (used) continue;
      log.warning(fmt::format("{}: no relay of this campaign is called \"{}\"", options.limits,
                              printable(name)));
    }
  }
  if (routes) {
    for (const auto& relay : routes->relays()) what.limits.add_relay(relay.name, relay.limits);
  }
  what.window = options.window;
  what.zone = store::local_time_zone();
  return what;
}
