#include "reason/explain.h"

#include <simdjson.h>
#include <cassert>
#include <optional>

#include "base/embedded.h"
#include "base/limits.h"
#include "base/text.h"

HAGAKI_EMBEDDED(advice_json)

namespace hagaki::reason {
namespace {

using simdjson::dom::object;

/// The string under `key`, empty where there is none.
std::string text_of(const object& from, std::string_view key) {
  std::string_view text;
  return from.at_key(key).get(text) == simdjson::SUCCESS ? std::string(text) : std::string();
}

/// The object under `key`; nothing where there is none.
std::optional<object> object_of(const object& from, std::string_view key) {
  object found;
  if (from.at_key(key).get(found) != simdjson::SUCCESS) return std::nullopt;
  return found;
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
  simdjson::dom::parser parser;
  object whole;
  if (parser.parse(json.data(), json.size()).get(whole) != simdjson::SUCCESS) {
    return fail(ErrorCode::Config, "no JSON object");
  }
  const auto reasons = object_of(whole, "reasons");
  if (!reasons) return fail(ErrorCode::Config, "no object \"reasons\"");
  Advisor out;
  for (const auto& [key, languages] : *reasons) {
    const std::string name(key);
    object texts;
    if (languages.at_key(language).get(texts) != simdjson::SUCCESS) {
      return fail(ErrorCode::Config, "nothing in this language", "reason " + name);
    }
    Advice advice{text_of(texts, "cause"), text_of(texts, "remedy")};
    if (advice.cause.empty() || advice.remedy.empty()) {
      return fail(ErrorCode::Config, "no cause or no remedy", "reason " + name);
    }
    out.advice_.emplace(name, std::move(advice));
  }
  if (const auto codes = object_of(whole, "codes")) {
    for (const auto& [key, languages] : *codes) {
      const std::string code(key);
      object texts;
      if (languages.get(texts) == simdjson::SUCCESS) out.codes_[code] = text_of(texts, language);
      if (out.codes_[code].empty()) {
        return fail(ErrorCode::Config, "nothing in this language", "code " + code);
      }
    }
  }
  if (const auto forward = object_of(whole, "forward")) {
    if (const auto texts = object_of(*forward, language)) {
      out.forward_ = {text_of(*texts, "cause"), text_of(*texts, "remedy")};
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
