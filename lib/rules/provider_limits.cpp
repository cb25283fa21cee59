#include "rules/provider_limits.h"

#include <algorithm>
#include <cassert>
#include <set>
#include <utility>

#include <fmt/core.h>

#include "address/domain.h"
#include "base/embedded.h"
#include "base/text.h"
#include "harvest/providers.h"
#include "rules/limit_words.h"

HAGAKI_EMBEDDED(provider_limits_toml)

namespace hagaki::rules {
namespace {

constexpr std::string_view kRelay = "relay.";

/// A table as it stands in a file.
struct Table : LimitWords {
  std::string source;
};
using FileTables = std::map<std::string, Table, std::less<>>;  // by Limits::name

/// Reads one file into the tables. The first thing that is wrong ends it.
class Loader {
 public:
  Loader(const std::string& name, FileTables& tables) : tables_(tables), error_(name) {}

  Result<void> load(const toml::table& root) {
    for (const auto& [key, node] : root) {
      const auto* table = node.as_table();
      if (table && key == "default") {
        put_default(read(*table));
      } else if (table && (key == "provider" || key == "mx" || key == "domain" || key == "relay")) {
        each(std::string(key.str()), *table);
      } else {
        wrong(key, fmt::format("no such setting \"{}\"; tables are [default], [provider.ID], "
                               "[mx.\"NAME\"], [domain.\"NAME\"] and [relay.NAME]",
                               printable(key.str())));
      }
    }
    return error_.result();
  }

  [[nodiscard]] std::vector<Error> doubts() && { return std::move(doubts_); }

 private:
  template <class Where>
  void wrong(const Where& where, std::string message) {
    error_.wrong(where, std::move(message));
  }

  void put_default(Table table) {
    Table& old = tables_["default"];
    if (table.connections) old.connections = table.connections;
    if (table.messages_per_connection) old.messages_per_connection = table.messages_per_connection;
    if (table.rates) old.rates = std::move(table.rates);
    if (!table.source.empty()) old.source = std::move(table.source);
  }

  void each(const std::string& kind, const toml::table& named) {
    for (const auto& [key, node] : named) {
      const auto* table = node.as_table();
      if (!table) {
        wrong(key, fmt::format("\"{}\" stands in no table: [{}.NAME] is missing above it",
                               printable(key.str()), kind));
        continue;
      }
      auto name = name_of(kind, key);
      if (!name) continue;
      const auto [place, fresh] = read_.emplace(kind + "." + *name);
      if (!fresh) {
        wrong(key, fmt::format("\"{}\" has two tables", printable(key.str())));
        continue;
      }
      tables_[*place] = read(*table);
    }
  }

  /// The name in the form in which it is looked up.
  std::optional<std::string> name_of(const std::string& kind, const toml::key& key) {
    std::string name(key.str());
    if (kind == "mx" || kind == "domain") {
      if (kind == "mx" && name.starts_with('.')) name.erase(0, 1);
      auto domain = Domain::parse(name);
      if (domain) return domain->ascii();
      wrong(key, fmt::format("\"{}\" is no name of a {}: {}", printable(name),
                             kind == "mx" ? "mail host" : "domain", domain.error().message));
      return std::nullopt;
    }
    if (name.empty()) {
      wrong(key, "a table needs a name");
      return std::nullopt;
    }
    if (kind == "relay") return ascii_lower(name);
    static const auto known = harvest::Providers::builtin();
    assert(known && "the embedded table is part of the program and tested");
    if (kind == "provider" && !known->has(name)) {
      doubts_.push_back(error_.at(
          key.source(),
          fmt::format("provider \"{}\" is not in mx-harvest's own table", printable(name))));
    }
    return name;
  }

  Table read(const toml::table& table) {
    Table out;
    const Complain complain = [this](const toml::node& node, std::string message) {
      wrong(node, std::move(message));
    };
    for (const auto& [key, node] : table) {
      if (read_limit_word(key.str(), node, out, complain)) continue;
      if (key == "source") {
        out.source = node.value_or(std::string());
        if (!node.is_string()) wrong(node, "source must be a text");
      } else if (node.is_table()) {
        wrong(key, "a name with a dot stands in quotes: [domain.\"example.jp\"]");
      } else {
        wrong(key, fmt::format("no such setting \"{}\"; there are {} and source",
                               printable(key.str()), kLimitWords));
      }
    }
    return out;
  }

  FileTables& tables_;
  std::set<std::string> read_;  // of this file
  std::vector<Error> doubts_;
  FirstError error_;
};

Result<std::vector<Error>> read_over(FileTables& tables, std::string_view text,
                                     const std::string& name) {
  const auto root = parse_toml(text, name);
  if (!root) return tl::unexpected(root.error());
  Loader loader(name, tables);
  if (auto loaded = loader.load(*root); !loaded) return tl::unexpected(loaded.error());
  return std::move(loader).doubts();
}

FileTables builtin_tables() {
  FileTables out;
  [[maybe_unused]] const auto loaded =
      read_over(out, embedded::provider_limits_toml, "provider-limits.toml");
  assert(loaded && loaded->empty() && "the embedded limits are part of the program and tested");
  return out;
}

}  // namespace

ProviderLimits ProviderLimits::builtin() {
  auto made = parse({}, {});
  assert(made);
  return std::move(*made);
}

Result<ProviderLimits> ProviderLimits::parse(std::string_view text, const std::string& name) {
  FileTables tables = builtin_tables();
  auto doubts = read_over(tables, text, name);
  if (!doubts) return tl::unexpected(doubts.error());
  ProviderLimits out;
  out.doubts_ = std::move(*doubts);
  const Table& otherwise = tables["default"];
  for (const auto& [key, table] : tables) {
    auto& limits = out.tables_[key];
    limits = settle_limits(key, table, key.starts_with(kRelay) ? Table() : otherwise);
    limits.source = table.source;
  }
  return out;
}

const Limits& ProviderLimits::receiver(std::string_view provider,
                                       const std::vector<dns::MailHost>& hosts,
                                       std::string_view domain) const {
  const auto find = [&](std::string_view kind, std::string_view name) -> const Limits* {
    const auto at = tables_.find(std::string(kind).append(name));
    return at == tables_.end() ? nullptr : &at->second;
  };
  if (const auto* found = find("domain.", domain)) return *found;
  for (const auto& host : hosts) {
    std::string_view name = host.host;
    for (;;) {
      if (const auto* found = find("mx.", name)) return *found;
      const auto dot = name.find('.');
      if (dot == std::string_view::npos) break;
      name.remove_prefix(dot + 1);
    }
  }
  if (const auto* found = find("provider.", provider)) return *found;
  return *find("default", {});
}

const Limits* ProviderLimits::relay(std::string_view name) const {
  const auto at = tables_.find(std::string(kRelay).append(ascii_lower(name)));
  return at == tables_.end() ? nullptr : &at->second;
}

std::vector<std::string> ProviderLimits::relays() const {
  std::vector<std::string> out;
  for (const auto& [key, limits] : tables_) {
    if (key.starts_with(kRelay)) out.push_back(key.substr(kRelay.size()));
  }
  return out;
}

void ProviderLimits::add_relay(std::string_view name, Limits limits) {
  limits.name = std::string(kRelay).append(ascii_lower(name));
  tables_.try_emplace(limits.name, std::move(limits));
}

bool ProviderLimits::has_quotas() const {
  return std::any_of(tables_.begin(), tables_.end(),
                     [](const auto& entry) { return !entry.second.quotas.empty(); });
}

}  // namespace hagaki::rules
