#include "reason/explain.h"

#include <cassert>
#include <nlohmann/json.hpp>

#include "base/embedded.h"
#include "base/limits.h"

HAGAKI_EMBEDDED(advice_json)

namespace hagaki::reason {
namespace {

using Json = nlohmann::json;

/// The string under `key`, empty where there is none.
std::string text_of(const Json& object, const char* key) {
  const auto it = object.find(key);
  return it != object.end() && it->is_string() ? it->get<std::string>() : std::string();
}

}  // namespace

Result<Advisor> Advisor::parse(std::string_view json, std::string_view language) {
  if (json.size() > limits::kDataFile) return fail(ErrorCode::Limit, "advice too large");
  const Json whole = Json::parse(json, nullptr, false);
  if (!whole.is_object()) return fail(ErrorCode::Config, "no JSON object");
  const auto reasons = whole.find("reasons");
  if (reasons == whole.end() || !reasons->is_object()) {
    return fail(ErrorCode::Config, "no object \"reasons\"");
  }
  Advisor out;
  for (const auto& [name, languages] : reasons->items()) {
    const auto texts = languages.is_object() ? languages.find(language) : languages.end();
    if (!languages.is_object() || texts == languages.end() || !texts->is_object()) {
      return fail(ErrorCode::Config, "nothing in this language", "reason " + name);
    }
    Advice advice{text_of(*texts, "cause"), text_of(*texts, "remedy")};
    if (advice.cause.empty() || advice.remedy.empty()) {
      return fail(ErrorCode::Config, "no cause or no remedy", "reason " + name);
    }
    out.advice_.emplace(name, std::move(advice));
  }
  return out;
}

Advisor Advisor::builtin(std::string_view language) {
  auto parsed = parse(embedded::advice_json, language == "ja" ? "ja" : "en");
  assert(parsed.has_value());  // the unit tests read the same bytes
  return std::move(*parsed);
}

const Advice* Advisor::find(std::string_view reason) const {
  const auto it = advice_.find(reason);
  return it == advice_.end() ? nullptr : &it->second;
}

}  // namespace hagaki::reason
