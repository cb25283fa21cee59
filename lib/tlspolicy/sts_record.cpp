#include "tlspolicy/sts_record.h"

#include <algorithm>

#include "base/ascii.h"
#include "base/text.h"
#include "tlspolicy/sts_field.h"

namespace hagaki::tlspolicy {
namespace {

constexpr std::string_view kVersion = "v=STSv1";
constexpr std::size_t kLongestId = 32;

std::string_view without_blanks(std::string_view s) {
  while (!s.empty() && is_blank(s.front())) s.remove_prefix(1);
  while (!s.empty() && is_blank(s.back())) s.remove_suffix(1);
  return s;
}

bool is_id(std::string_view s) {
  return !s.empty() && s.size() <= kLongestId && std::all_of(s.begin(), s.end(), is_alnum);
}

bool is_extension_value(std::string_view s) {
  return !s.empty() &&
         std::all_of(s.begin(), s.end(), [](char c) { return c > ' ' && c < 0x7f && c != '='; });
}

/// Whether the record counts at all: RFC 8461 asks for the version with its delimiter.
bool is_sts(std::string_view record) {
  if (!record.starts_with(kVersion)) return false;
  record.remove_prefix(kVersion.size());
  while (!record.empty() && is_blank(record.front())) record.remove_prefix(1);
  return record.starts_with(';');
}

}  // namespace

std::string sts_record_name(std::string_view domain) {
  return "_mta-sts." + std::string(domain);
}

std::string sts_policy_host(std::string_view domain) {
  return "mta-sts." + std::string(domain);
}

std::optional<std::string> parse_sts_record(std::string_view record) {
  if (!is_sts(record)) return std::nullopt;
  auto fields = split(record, ';');
  // One delimiter may stand at the end.
  if (without_blanks(fields.back()).empty()) fields.pop_back();
  std::optional<std::string> id;
  for (std::size_t i = 1; i < fields.size(); ++i) {
    const auto field = without_blanks(fields[i]);
    const auto equals = field.find('=');
    if (equals == std::string_view::npos) return std::nullopt;
    const auto name = field.substr(0, equals);
    const auto value = field.substr(equals + 1);
    if (name == "id") {
      if (id || !is_id(value)) return std::nullopt;
      id = value;
    } else if (!is_sts_field_name(name) || !is_extension_value(value)) {
      return std::nullopt;
    }
  }
  return id;
}

std::optional<std::string> sts_policy_id(const dns::Answer& answer) {
  if (answer.status != dns::Status::Ok) return std::nullopt;
  const dns::Record* one = nullptr;
  for (const auto& record : answer.records) {
    if (!is_sts(record.data)) continue;
    if (one) return std::nullopt;
    one = &record;
  }
  return one ? parse_sts_record(one->data) : std::nullopt;
}

}  // namespace hagaki::tlspolicy
