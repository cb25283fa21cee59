#include "harvest/providers.h"

#include <nlohmann/json.hpp>

#include "base/embedded.h"
#include "base/text.h"

HAGAKI_EMBEDDED(providers_json)

namespace hagaki::harvest {
namespace {

using Json = nlohmann::json;

tl::unexpected<Error> wrong_provider(const std::string& what) {
  return fail(ErrorCode::Config, what, "provider table");
}

/// Notes each name of the list `key` as the provider's.
Result<void> note(const Json& provider, const char* key, const std::string& id,
                  std::unordered_map<std::string, std::string>& table) {
  const auto list = provider.find(key);
  if (list == provider.end()) return {};
  if (!list->is_array()) return wrong_provider(id + ": \"" + key + "\" is not a list");
  for (const auto& item : *list) {
    if (!item.is_string())
      return wrong_provider(id + ": \"" + key + "\" holds something other than text");
    std::string name = ascii_lower(item.get_ref<const std::string&>());
    if (name.starts_with('.')) name.erase(0, 1);
    if (name.empty() || !table.emplace(name, id).second) {
      return wrong_provider(id + ": \"" + name + "\" is empty or claimed twice");
    }
  }
  return {};
}

}  // namespace

Result<Providers> Providers::parse(std::string_view text) {
  const auto json = Json::parse(text, nullptr, false);
  if (!json.is_object()) return wrong_provider("not a JSON object");
  const auto list = json.find("providers");
  if (list == json.end() || !list->is_array())
    return wrong_provider("lacks the list \"providers\"");
  Providers out;
  for (const auto& provider : *list) {
    if (!provider.is_object() || !provider.contains("id") || !provider["id"].is_string()) {
      return wrong_provider("a provider has an \"id\"");
    }
    const auto id = provider["id"].get<std::string>();
    out.ids_.insert(id);
    if (auto ok = note(provider, "mx_suffix", id, out.by_suffix_); !ok) {
      return tl::unexpected(ok.error());
    }
    if (auto ok = note(provider, "domains", id, out.by_domain_); !ok) {
      return tl::unexpected(ok.error());
    }
  }
  return out;
}

Result<Providers> Providers::builtin() {
  return parse(embedded::providers_json);
}

bool Providers::has(std::string_view id) const {
  return ids_.contains(std::string(id));
}

std::string_view Providers::find(const std::vector<dns::MailHost>& hosts,
                                 std::string_view domain) const {
  for (const auto& host : hosts) {
    std::string_view name = host.host;
    while (!name.empty()) {
      if (const auto at = by_suffix_.find(std::string(name)); at != by_suffix_.end()) {
        return at->second;
      }
      const auto dot = name.find('.');
      name = dot == std::string_view::npos ? std::string_view() : name.substr(dot + 1);
    }
  }
  const auto at = by_domain_.find(std::string(domain));
  return at == by_domain_.end() ? std::string_view() : std::string_view(at->second);
}

}  // namespace hagaki::harvest
