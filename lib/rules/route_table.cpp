#include "rules/route_table.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include <fmt/core.h>

#include "address/domain.h"
#include "base/text.h"
#include "harvest/providers.h"
#include "rules/limit_words.h"

namespace hagaki::rules {
namespace {

constexpr std::string_view kDirect = "direct";
constexpr std::int64_t kMostWeight = 1000;
constexpr std::size_t kMostRelays = 100;
constexpr std::size_t kLongestName = 100;

/// What can stand in messages and as the name of a limit.
bool is_name(std::string_view name) {
  constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyz0123456789-_.";
  return !name.empty() && name.size() <= kLongestName && name != kDirect &&
         name.find_first_not_of(kLetters) == std::string_view::npos;
}

}  // namespace

/// Reads one file. The first thing that is wrong ends it.
class RouteLoader {
 public:
  RouteLoader(const std::string& name, RouteTable& table)
      : name_(name), table_(table), error_(name) {}

  Result<void> load(const toml::table& root) {
    // The relays first, since the others name them.
    if (const auto* node = root.get("relay")) relays(*node);
    bool has_default = false;
    for (const auto& [key, node] : root) {
      if (key == "relay") continue;
      if (key == "default") {
        has_default = true;
        table_.otherwise_ = target(node);
      } else if (key == "domain" || key == "provider") {
        targets(std::string(key.str()), node);
      } else {
        wrong(key, fmt::format("no such setting \"{}\"; there are default, [relay.NAME], "
                               "[domain] and [provider]",
                               printable(key.str())));
      }
    }
    if (const auto read = error_.result(); !read) return read;
    if (has_default) return {};
    return fail(ErrorCode::Config,
                "there is no default: a relay's name, a list of them, or \"direct\"", name_);
  }

 private:
  template <class Where>
  void wrong(const Where& where, std::string message) {
    error_.wrong(where, std::move(message));
  }

  void relays(const toml::node& node) {
    const auto* tables = node.as_table();
    if (!tables || tables->size() > kMostRelays) {
      return wrong(node, fmt::format("relays are tables, {} at most: [relay.NAME]", kMostRelays));
    }
    for (const auto& [key, one] : *tables) {
      RouteRelay relay;
      relay.name = ascii_lower(key.str());
      relay.place = error_.at(key.source(), {}).context;
      const auto* table = one.as_table();
      if (!table) {
        wrong(key, fmt::format("\"{}\" stands in no table: [relay.NAME] is missing above",
                               printable(key.str())));
      } else if (!is_name(relay.name)) {
        wrong(key, fmt::format("\"{}\" cannot name a relay: letters, digits and -_. can",
                               printable(key.str())));
      } else if (table_.relay(relay.name)) {
        wrong(key, fmt::format("relay \"{}\" has two tables", relay.name));
      } else {
        read(*table, key.source(), relay);
        table_.relays_.push_back(std::move(relay));
      }
    }
    std::sort(table_.relays_.begin(), table_.relays_.end(),
              [](const auto& one, const auto& other) { return one.name < other.name; });
  }

  void read(const toml::table& table, const toml::source_region& where, RouteRelay& relay) {
    LimitWords words;
    const Complain complain = [this](const toml::node& node, std::string message) {
      wrong(node, std::move(message));
    };
    for (const auto& [key, node] : table) {
      if (read_limit_word(key.str(), node, words, complain)) continue;
      if (key == "url") {
        relay.url = text(node, "url");
      } else if (key == "user") {
        relay.user = text(node, "user");
      } else if (key == "password_file") {
        relay.password_file = text(node, "password_file");
      } else if (key == "weight") {
        relay.weight = weight(node);
      } else if (node.is_table()) {
        wrong(key, fmt::format("a name with a dot stands in quotes: [relay.\"{}.{}\"]",
                               printable(relay.name), printable(key.str())));
      } else if (key == "password") {
        wrong(key, "a password stands in a file of its own: password_file");
      } else {
        wrong(key, fmt::format("no such setting \"{}\"; there are url, user, "
                               "password_file, weight, {}",
                               printable(key.str()), kLimitWords));
      }
    }
    if (!table.contains("url")) wrong(where, fmt::format("relay \"{}\" has no url", relay.name));
    relay.limits = settle_limits("relay." + relay.name, words, LimitWords());
  }

  std::string text(const toml::node& node, std::string_view what) {
    auto out = node.value_exact<std::string>().value_or(std::string());
    if (out.empty() || printable(out) != out) {
      wrong(node, fmt::format("{} must be a text without control characters", what));
    }
    return out;
  }

  std::optional<unsigned> weight(const toml::node& node) {
    const auto value = node.value_exact<std::int64_t>();
    if (value && *value >= 1 && *value <= kMostWeight) return static_cast<unsigned>(*value);
    wrong(node, fmt::format("weight must be a whole number from 1 to {}", kMostWeight));
    return std::nullopt;
  }

  void targets(const std::string& kind, const toml::node& node) {
    const auto* table = node.as_table();
    if (!table) return wrong(node, fmt::format("[{}] is a table", kind));
    for (const auto& [key, value] : *table) {
      std::string name(key.str());
      if (value.is_table()) {
        wrong(key, "a name with a dot stands in quotes: \"example.jp\" = \"main\"");
        continue;
      }
      if (kind == "domain") {
        const auto domain = Domain::parse(name);
        if (!domain) {
          wrong(key, fmt::format("\"{}\" is no name of a domain: {}", printable(name),
                                 domain.error().message));
          continue;
        }
        name = domain->ascii();
      } else {
        static const auto known = harvest::Providers::builtin();
        assert(known && "the embedded table is part of the program and tested");
        if (!known->has(name)) {
          table_.doubts_.push_back(error_.at(
              key.source(),
              fmt::format("provider \"{}\" is not in mx-harvest's own table", printable(name))));
        }
      }
      auto& all = kind == "domain" ? table_.domains_ : table_.providers_;
      if (!all.emplace(name, target(value)).second) {
        wrong(key, fmt::format("\"{}\" stands there twice", printable(name)));
      }
    }
  }

  RouteTarget target(const toml::node& node) {
    RouteTarget out;
    if (const auto* text = node.as_string()) {
      if (!ascii_iequals(text->get(), kDirect)) add(*text, out);
      return out;
    }
    const auto* array = node.as_array();
    if (!array || array->empty()) {
      wrong(node, "mail goes to a relay's name, a list of them, or \"direct\"");
      return out;
    }
    for (const auto& item : *array) {
      if (const auto* text = item.as_string()) {
        add(*text, out);
      } else {
        wrong(item, "a list holds the names of relays");
      }
    }
    return out;
  }

  void add(const toml::value<std::string>& text, RouteTarget& target) {
    auto name = ascii_lower(text.get());
    if (!table_.relay(name)) {
      return wrong(text, name == kDirect
                             ? "\"direct\" stands alone, not in a list"
                             : fmt::format("no relay is called \"{}\": [relay.NAME] describes "
                                           "one",
                                           printable(text.get())));
    }
    if (std::find(target.relays.begin(), target.relays.end(), name) != target.relays.end()) {
      return wrong(text.source(), fmt::format("\"{}\" stands there twice", name));
    }
    target.relays.push_back(std::move(name));
  }

  const std::string& name_;
  RouteTable& table_;
  FirstError error_;
};

Result<RouteTable> RouteTable::parse(std::string_view text, const std::string& name) {
  const auto root = parse_toml(text, name);
  if (!root) return tl::unexpected(root.error());
  RouteTable out;
  if (auto loaded = RouteLoader(name, out).load(*root); !loaded) {
    return tl::unexpected(loaded.error());
  }
  return out;
}

const RouteRelay* RouteTable::relay(std::string_view name) const {
  const auto it = std::find_if(relays_.begin(), relays_.end(), [name](const RouteRelay& relay) {
    return ascii_iequals(relay.name, name);
  });
  return it == relays_.end() ? nullptr : &*it;
}

const RouteTarget* RouteTable::of_domain(std::string_view domain) const {
  if (domains_.empty()) return nullptr;
  for (;;) {
    if (const auto it = domains_.find(domain); it != domains_.end()) return &it->second;
    const auto dot = domain.find('.');
    // An address literal is below nothing.
    if (dot == std::string_view::npos || domain.starts_with('[')) return nullptr;
    domain.remove_prefix(dot + 1);
  }
}

const RouteTarget* RouteTable::of_provider(std::string_view provider) const {
  const auto it = providers_.find(provider);
  return it == providers_.end() ? nullptr : &it->second;
}

std::vector<const RouteTarget*> RouteTable::targets() const {
  std::vector<const RouteTarget*> out{&otherwise_};
  for (const auto* all : {&domains_, &providers_}) {
    for (const auto& [name, target] : *all) out.push_back(&target);
  }
  return out;
}

bool RouteTable::sends_direct() const {
  const auto all = targets();
  return std::any_of(all.begin(), all.end(), [](const auto* target) { return target->direct(); });
}

bool RouteTable::uses(std::string_view relay) const {
  const auto all = targets();
  return std::any_of(all.begin(), all.end(), [relay](const auto* target) {
    return std::any_of(target->relays.begin(), target->relays.end(),
                       [relay](const auto& name) { return ascii_iequals(name, relay); });
  });
}

}  // namespace hagaki::rules
