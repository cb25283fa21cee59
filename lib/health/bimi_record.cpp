#include "health/bimi_record.h"

#include "base/text.h"

namespace hagaki::health {
namespace {

constexpr std::string_view kBimiVersion = "v=BIMI1";

}  // namespace

std::string bimi_name(std::string_view domain) {
  return "default._bimi." + std::string(domain);
}

bool is_bimi(std::string_view txt) {
  return trim(txt.substr(0, txt.find(';'))) == kBimiVersion;
}

Result<BimiRecord> parse_bimi(std::string_view txt) {
  const auto wrong = [](const char* why) { return fail(ErrorCode::Syntax, why); };
  if (!is_bimi(txt)) return wrong("no BIMI record");
  BimiRecord out;
  bool has_logo = false;
  for (const auto part : split(txt, ';')) {
    const auto field = trim(part);
    const auto equals = field.find('=');
    if (equals == std::string_view::npos) {
      if (field.empty()) continue;
      return wrong("a tag has no \"=\"");
    }
    const auto name = trim(field.substr(0, equals));
    const auto value = trim(field.substr(equals + 1));
    if (name != "l" && name != "a") continue;
    if (!value.empty() && !ascii_istarts_with(value, "https://")) {
      return wrong(name == "l" ? "l is no https: URL" : "a is no https: URL");
    }
    (name == "l" ? out.logo : out.authority) = value;
    has_logo = has_logo || name == "l";
  }
  if (!has_logo) return wrong("l is missing");
  return out;
}

}  // namespace hagaki::health
