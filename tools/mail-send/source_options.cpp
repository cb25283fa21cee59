#include "source_options.h"

#include <algorithm>
#include <utility>

#include "base/limits.h"
#include "cli/input.h"
#include "net/local_address.h"

using namespace hagaki;

void add_source_options(cli::App& app, SourceOptions& options) {
  app.list("--source-ip", "ADDRESS[?weight=N&helo=NAME]", options.addresses,
           "Send from this local address; several share the recipients, each of whom keeps his "
           "(repeats)");
  app.value("--warm-up", "FILE", options.warm_up,
            "How much new addresses may send on each of their first days (TOML); the rest goes out "
            "from the others");
}

Result<void> check_sources(SourceOptions& options) {
  std::vector<rules::SourceAddress> addresses;
  for (const std::string& text : options.addresses) {
    auto address = rules::parse_source(text);
    if (!address) return fail(ErrorCode::Config, "--source-ip " + address.error().message);
    addresses.push_back(std::move(*address));
  }
  auto pool = rules::SourcePool::make(std::move(addresses));
  if (!pool) return fail(ErrorCode::Config, "--source-ip: " + pool.error().message);
  options.pool = std::move(*pool);
  if (options.warm_up.empty()) return {};
  if (options.warm_up == "-") {
    return fail(ErrorCode::Config, "--warm-up needs a file: standard input has the recipients");
  }
  if (options.pool.empty()) return fail(ErrorCode::Config, "--warm-up is for --source-ip");
  return {};
}

Result<rules::WarmUpTable> read_warm_ups(const SourceOptions& options, cli::Log& log) {
  if (options.warm_up.empty()) return rules::WarmUpTable();
  const auto text = cli::read_whole(options.warm_up, limits::kDataFile);
  if (!text) return tl::unexpected(text.error());
  auto table = rules::parse_warm_up_table(*text, options.warm_up);
  if (!table) return tl::unexpected(table.error());
  const auto& used = options.pool.all();
  for (const auto& [ip, schedule] : *table) {
    const bool any = std::any_of(used.begin(), used.end(), [&wanted = ip](const auto& address) {
      return address.ip == wanted;
    });
    if (!any) log.warning(options.warm_up + ": " + ip.text() + " is no --source-ip");
  }
  return table;
}

Result<void> find_sources(const SourceOptions& options) {
  for (const auto& address : options.pool.all()) {
    if (auto found = net::check_local_address(address.ip); !found) {
      return fail(ErrorCode::Config, found.error().message, "--source-ip " + found.error().context);
    }
  }
  return {};
}
