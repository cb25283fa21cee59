#include "reason/explain.h"

#include <cassert>
#include <nlohmann/json.hpp>

#include "base/embedded.h"
#include "base/limits.h"
#include "base/text.h"

HAGAKI_EMBEDDED(advice_json)

namespace hagaki::reason {
namespace {

using Json = nlohmann::json;

/// The string under `key`, empty where there is none.
std::string text_of(const Json& object, const char* key) {
  const auto it = object.find(key);
  return it != object.end() && it->is_string() ? it->get<std::string>() : std::string();
}

/// The object or list under `key`; null where there is none.
const Json& child(const Json& object, const char* key) {
  static const Json none;
  const auto it = object.find(key);
  return it == object.end() ? none : *it;
}

std::string with(std::string text, std::string_view name, std::string_view value) {
  const auto at = text.find(name);
  return at == std::string::npos ? text : text.replace(at, name.size(), value);
}

/// True where the address was mailed and took what came, or no mail failed.
bool no_failure(std::string_view reason) {
  return reason == "delivered" || reason == "feedback" || reason == "vacation" ||
         reason == "unsubscribe";
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
  const std::string in(language);
  if (const auto& codes = child(whole, "codes"); codes.is_object()) {
    for (const auto& [code, languages] : codes.items()) {
      if (languages.is_object()) out.codes_.emplace(code, text_of(languages, in.c_str()));
      if (out.codes_[code].empty()) {
        return fail(ErrorCode::Config, "nothing in this language", "code " + code);
      }
    }
  }
  if (const auto& forward = child(whole, "forward"); forward.is_object()) {
    const auto& texts = child(forward, in.c_str());
    if (texts.is_object()) out.forward_ = {text_of(texts, "cause"), text_of(texts, "remedy")};
  }
  for (const auto& row : child(whole, "keywords")) {
    if (!row.is_object()) return fail(ErrorCode::Config, "a keyword is no object");
    const std::string reason = text_of(row, "reason");
    const auto& words = child(row, "words");
    if (!words.is_array() || !out.advice_.contains(reason)) {
      return fail(ErrorCode::Config, "a keyword without words or with an unknown reason");
    }
    for (const auto& word : words) {
      if (word.is_string()) out.keywords_.push_back({word.get<std::string>(), reason});
    }
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

Advice Advisor::advise(const Happened& happened) const {
  const auto* found = find(happened.reason);
  if (found == nullptr) return {};
  Advice advice = *found;
  if (happened.reason == "onhold" || happened.reason == "undefined") {
    const auto code = codes_.find(std::to_string(happened.code));
    if (code != codes_.end()) advice.cause = code->second;
  }
  const bool forwarded = !happened.final_to.empty() && !happened.email.empty() &&
                         !ascii_iequals(happened.final_to, happened.email);
  if (forwarded && !no_failure(happened.reason) && !forward_.cause.empty()) {
    advice.cause = with(forward_.cause, "{final}", happened.final_to) + ' ' + advice.cause;
    advice.remedy = with(forward_.remedy, "{email}", happened.email);
  }
  return advice;
}

}  // namespace hagaki::reason
