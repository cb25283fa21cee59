#include "health/dynamic_name.h"

#include <algorithm>
#include <cassert>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/ascii.h"
#include "base/embedded.h"
#include "base/text.h"
#include "dmarc/record.h"

HAGAKI_EMBEDDED(dynamic_names_json)

namespace hagaki::health {
namespace {

using Json = nlohmann::json;

/// Whether `text` matches `pattern`, in which "*" stands for any characters. Linear but for going
/// back to the last "*".
bool matches(std::string_view pattern, std::string_view text) {
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;
  std::size_t resume = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = t;
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

/// The runs of letters in `name`.
std::vector<std::string_view> words_of(std::string_view name) {
  std::vector<std::string_view> out;
  std::size_t begin = 0;
  for (std::size_t i = 0; i <= name.size(); ++i) {
    if (i < name.size() && is_alpha(name[i])) continue;
    if (i > begin) out.push_back(name.substr(begin, i - begin));
    begin = i + 1;
  }
  return out;
}

bool has(const std::vector<std::string>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

std::string text_of(const Json& object, const char* key) {
  const auto it = object.find(key);
  return it != object.end() && it->is_string() ? it->get<std::string>() : std::string();
}

Result<std::vector<std::string>> list_of(const Json& object, const char* key, bool needed) {
  std::vector<std::string> out;
  const auto list = object.find(key);
  if (list == object.end() && !needed) return out;
  if (list == object.end() || !list->is_array()) {
    return fail(ErrorCode::Config, std::string("no list \"") + key + '"');
  }
  for (const Json& item : *list) {
    if (!item.is_string()) return fail(ErrorCode::Config, std::string(key) + " holds no text");
    out.push_back(ascii_lower(item.get<std::string>()));
  }
  return out;
}

/// Whether `part` stands in `name` with no digit (of base 10 or 16) beside it.
bool stands_alone(std::string_view name, std::string_view part, bool hex) {
  const auto digit = [hex](char c) { return is_digit(c) || (hex && c >= 'a' && c <= 'f'); };
  for (auto at = name.find(part); at != std::string_view::npos; at = name.find(part, at + 1)) {
    const auto end = at + part.size();
    if ((at == 0 || !digit(name[at - 1])) && (end == name.size() || !digit(name[end]))) return true;
  }
  return false;
}

}  // namespace

bool holds_address(std::string_view name, const dns::IpAddress& ip) {
  const std::string lower = ascii_lower(name);
  const auto& b = ip.bytes;
  if (ip.v6) {
    std::string digits;
    for (std::size_t i = 0; i < ip.size(); ++i) digits += fmt::format("{:02x}", b[i]);
    if (lower.find(digits) != std::string::npos) return true;
    std::string groups;
    for (std::size_t i = 16; i < digits.size(); i += 4) {
      groups += (groups.empty() ? "" : "-") + digits.substr(i, 4);
    }
    return lower.find(groups) != std::string::npos;
  }
  const auto hex = fmt::format("{:02x}{:02x}{:02x}{:02x}", b[0], b[1], b[2], b[3]);
  if (lower.find(hex) != std::string::npos) return true;
  for (const char* form : {"{}{}{}{}{}{}{}", "{:03}{}{:03}{}{:03}{}{:03}"}) {
    for (const char* between : {"-", ".", "_", ""}) {
      const auto forth =
          fmt::format(fmt::runtime(form), b[0], between, b[1], between, b[2], between, b[3]);
      const auto back =
          fmt::format(fmt::runtime(form), b[3], between, b[2], between, b[1], between, b[0]);
      // Without zeros or marks between, "1111" may be anything.
      constexpr std::size_t kLeast = 7;
      if (forth.size() < kLeast) continue;
      if (stands_alone(lower, forth, false) || stands_alone(lower, back, false)) return true;
    }
  }
  return false;
}

Result<DynamicNames> DynamicNames::parse(std::string_view json) {
  const Json whole = Json::parse(json, nullptr, false);
  if (!whole.is_object() || !whole.contains("isp") || !whole["isp"].is_array()) {
    return fail(ErrorCode::Config, "no list \"isp\"");
  }
  DynamicNames out;
  for (const Json& row : whole["isp"]) {
    if (!row.is_object()) return fail(ErrorCode::Config, "a row of \"isp\" is an object");
    Isp isp;
    isp.pattern = ascii_lower(text_of(row, "pattern"));
    isp.name = text_of(row, "name");
    isp.example = text_of(row, "example");
    if (isp.pattern.empty() || isp.name.empty()) {
      return fail(ErrorCode::Config, "a row of \"isp\" has no pattern or no name");
    }
    auto exceptions = list_of(row, "not", false);
    if (!exceptions) return tl::unexpected(exceptions.error());
    isp.exceptions = std::move(*exceptions);
    out.isps_.push_back(std::move(isp));
  }
  auto words = list_of(whole, "words", true);
  if (!words) return tl::unexpected(words.error());
  auto fixed = list_of(whole, "fixed", true);
  if (!fixed) return tl::unexpected(fixed.error());
  out.words_ = std::move(*words);
  out.fixed_ = std::move(*fixed);
  return out;
}

const DynamicNames& DynamicNames::builtin() {
  static const DynamicNames kTable = [] {
    auto table = parse(embedded::dynamic_names_json);
    assert(table);  // the unit tests read the same bytes
    return std::move(*table);
  }();
  return kTable;
}

NameLook DynamicNames::look(std::string_view name, const dns::IpAddress& ip) const {
  const std::string lower = ascii_lower(name);
  for (const Isp& isp : isps_) {
    const bool excepted = std::any_of(isp.exceptions.begin(), isp.exceptions.end(),
                                      [&](const auto& other) { return matches(other, lower); });
    if (matches(isp.pattern, lower) && !excepted) return {NameLook::Kind::Dynamic, isp.name};
  }
  // The registered domain says nothing about the line: dsl.example is a name like another.
  const auto registered = dmarc::organisational_domain(lower);
  std::string dynamic;
  for (const auto word :
       words_of(std::string_view(lower).substr(0, lower.size() - registered.size()))) {
    if (has(fixed_, word)) return {};
    if (dynamic.empty() && has(words_, word)) dynamic = word;
  }
  const bool address = holds_address(lower, dns::unmapped(ip));
  if (!dynamic.empty() && address) return {NameLook::Kind::Dynamic, dynamic};
  if (address) return {NameLook::Kind::Generic, {}};
  if (dynamic == "dynamic" || dynamic == "dhcp" || dynamic == "dialup" || dynamic == "ppp") {
    return {NameLook::Kind::Dynamic, dynamic};
  }
  return {};
}

}  // namespace hagaki::health
