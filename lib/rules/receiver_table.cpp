#include "rules/receiver_table.h"

#include <algorithm>
#include <cassert>
#include <utility>
#include <vector>

#include <toml++/toml.h>

#include "base/embedded.h"
#include "base/text.h"
#include "dnsbl/zones.h"

HAGAKI_EMBEDDED(receivers_toml)

namespace hagaki::rules {
namespace {

struct Provider {
  std::string id;
  DelistPage page;
  bool many_customers = false;
  std::string ask_en;
  std::string ask_ja;
};

struct List {
  DelistPage page;
  std::vector<std::string> words;
};

struct Table {
  std::vector<Provider> providers;
  std::vector<List> lists;
};

Table read_table() {
  const toml::table root = toml::parse(embedded::receivers_toml);
  const auto rows = [&root](std::string_view key) -> const toml::array& {
    const auto* array = root[key].as_array();
    assert(array != nullptr);
    return *array;
  };
  Table table;
  for (const auto& node : rows("provider")) {
    const auto& row = *node.as_table();
    table.providers.push_back(
        {row["id"].value_or(std::string()),
         {row["name"].value_or(std::string()), row["page"].value_or(std::string())},
         row["many_customers"].value_or(false),
         row["ask_en"].value_or(std::string()),
         row["ask_ja"].value_or(std::string())});
  }
  for (const auto& node : rows("list")) {
    const auto& row = *node.as_table();
    List list{{row["name"].value_or(std::string()), row["page"].value_or(std::string())}, {}};
    for (const auto& word : *row["words"].as_array()) {
      list.words.push_back(word.value_or(std::string()));
    }
    table.lists.push_back(std::move(list));
  }
  return table;
}

const Table& table() {
  static const Table kTable = read_table();
  return kTable;
}

bool holds(std::string_view text, std::string_view word) {
  return ascii_ifind(text, word) != std::string_view::npos;
}

/// The list whose zone the reply names.
std::optional<DelistPage> zone_page(std::string_view reply) {
  static const auto zones = dnsbl::ZoneTable::builtin();
  if (!zones) return std::nullopt;
  for (const auto& zone : zones->zones()) {
    if (zone.list == dnsbl::ListKind::Allow || !holds(reply, zone.zone)) continue;
    for (const std::string& url : {zone.delist_url, zone.lookup_url}) {
      // Some want the address in the URL.
      if (!url.empty() && url.find('{') == std::string::npos) return DelistPage{zone.name, url};
    }
  }
  return std::nullopt;
}

const Provider* find_provider(std::string_view id) {
  const auto& providers = table().providers;
  const auto found = std::find_if(providers.begin(), providers.end(),
                                  [&](const Provider& provider) { return provider.id == id; });
  return found == providers.end() ? nullptr : &*found;
}

constexpr const char* kAskEn = "Give {ip}, the domain, the whole reply and the time.";
constexpr const char* kAskJa = "{ip}、ドメイン、応答文の全文、日時を伝えてください。";

/// `text` with each "{ip}" replaced.
std::string with_address(std::string text, std::string_view address) {
  constexpr std::string_view kMark = "{ip}";
  for (auto at = text.find(kMark); at != std::string::npos;
       at = text.find(kMark, at + address.size())) {
    text.replace(at, kMark.size(), address);
  }
  return text;
}

}  // namespace

std::optional<DelistPage> delist_page(std::string_view provider, std::string_view reply) {
  for (const auto& list : table().lists) {
    const bool named = std::any_of(list.words.begin(), list.words.end(),
                                   [&](const auto& word) { return holds(reply, word); });
    if (named) return list.page;
  }
  if (auto page = zone_page(reply)) return page;
  if (const auto* found = find_provider(provider)) return found->page;
  return std::nullopt;
}

bool has_many_customers(std::string_view provider) {
  const auto* found = find_provider(provider);
  return found != nullptr && found->many_customers;
}

std::vector<ReleasePage> release_pages(std::string_view query, std::string_view language) {
  const bool japanese = language == "ja";
  std::vector<ReleasePage> out;
  for (const auto& provider : table().providers) {
    std::string ask = japanese ? provider.ask_ja : provider.ask_en;
    if (ask.empty()) ask = japanese ? kAskJa : kAskEn;
    out.push_back(
        {provider.id, provider.page.name, provider.page.url, with_address(std::move(ask), query)});
  }
  return out;
}

}  // namespace hagaki::rules
