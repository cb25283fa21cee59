#include "tlspolicy/tls_report.h"

#include <algorithm>

#include "base/text.h"
#include "tlspolicy/sts_field.h"

namespace hagaki::tlspolicy {
namespace {

constexpr std::string_view kReportVersion = "v=TLSRPTv1";

bool is_destination(std::string_view uri) {
  const bool visible =
      std::all_of(uri.begin(), uri.end(), [](char c) { return c > ' ' && c < 0x7F; });
  if (!visible) return false;
  for (const std::string_view scheme : {"mailto:", "https://"}) {
    if (ascii_istarts_with(uri, scheme)) return uri.size() > scheme.size();
  }
  return false;
}

}  // namespace

std::string tls_report_name(std::string_view domain) {
  return "_smtp._tls." + std::string(domain);
}

bool is_tls_report(std::string_view record) {
  if (!record.starts_with(kReportVersion)) return false;
  const auto rest = trim(record.substr(kReportVersion.size()));
  return rest.empty() || rest.front() == ';';
}

Result<std::vector<std::string>> parse_tls_report(std::string_view record) {
  const auto wrong = [](const char* why) { return fail(ErrorCode::Syntax, why); };
  if (!is_tls_report(record)) return wrong("no TLS-RPT record");
  std::vector<std::string> out;
  for (const auto field : split(record.substr(record.find('=') + 1), ';')) {
    const auto text = trim(field);
    const auto equals = text.find('=');
    if (equals == std::string_view::npos) {
      if (text.empty() || text == kReportVersion.substr(2)) continue;
      return wrong("a field has no \"=\"");
    }
    if (!is_sts_field_name(text.substr(0, equals))) return wrong("a field's name is none");
    if (text.substr(0, equals) != "rua") continue;
    for (const auto part : split(text.substr(equals + 1), ',')) {
      if (!is_destination(trim(part))) return wrong("rua is neither mailto: nor https:");
      out.emplace_back(trim(part));
    }
  }
  if (out.empty()) return wrong("rua is missing");
  return out;
}

}  // namespace hagaki::tlspolicy
