#include "dnsbl/phrases.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "base/embedded.h"

HAGAKI_EMBEDDED(phrases_ja_json)

namespace hagaki::dnsbl {
namespace {

/// The two sides of "before {name} after"; empty where the text has no slot.
std::pair<std::string, std::string> sides_of(const std::string& text) {
  const auto open = text.find('{');
  const auto close = text.find('}');
  if (open == std::string::npos || close == std::string::npos) return {};
  return {text.substr(0, open), text.substr(close + 1)};
}

}  // namespace

Result<Phrases> Phrases::builtin(std::string_view language) {
  Phrases out;
  if (language != "ja") return out;
  const auto json = nlohmann::json::parse(embedded::phrases_ja_json, nullptr, false);
  if (!json.is_object()) return fail(ErrorCode::Config, "the phrases of lists are broken");
  for (const auto& [english, value] : json.items()) {
    if (!value.is_string()) return fail(ErrorCode::Config, "the phrases of lists are broken");
    auto said = value.get<std::string>();
    if (english.find('{') == std::string::npos) {
      out.exact_.emplace(english, std::move(said));
      continue;
    }
    auto [before, after] = sides_of(english);
    auto [said_before, said_after] = sides_of(said);
    out.forms_.push_back(
        {std::move(before), std::move(after), std::move(said_before), std::move(said_after)});
  }
  return out;
}

std::string Phrases::of(std::string_view said) const {
  if (exact_.empty()) return std::string(said);
  if (auto whole = known(said)) return *whole;
  for (const std::string_view comma : {"; ", ", "}) {
    const auto at = said.find(comma);
    if (at == std::string_view::npos) continue;
    return of(said.substr(0, at)) + "、" + of(said.substr(at + comma.size()));
  }
  return std::string(said);
}

std::optional<std::string> Phrases::known(std::string_view said) const {
  if (const auto found = exact_.find(said); found != exact_.end()) return found->second;
  for (const auto& form : forms_) {
    if (said.size() <= form.before.size() + form.after.size() || !said.starts_with(form.before) ||
        !said.ends_with(form.after)) {
      continue;
    }
    const auto slot =
        said.substr(form.before.size(), said.size() - form.before.size() - form.after.size());
    // Two phrases in a row are not one with a long slot.
    if (!form.after.empty() && slot.find_first_of(",;") != std::string_view::npos) continue;
    return form.said_before + of(slot) + form.said_after;
  }
  return std::nullopt;
}

}  // namespace hagaki::dnsbl
