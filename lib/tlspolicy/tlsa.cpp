#include "tlspolicy/tlsa.h"

#include <algorithm>

#include <fmt/core.h>

#include "dns/lookup.h"

namespace hagaki::tlspolicy {
namespace {

constexpr std::size_t kSha256 = 32;
constexpr std::size_t kSha512 = 64;
constexpr std::size_t kShown = 16;
/// Each is compared with each certificate of a chain.
constexpr std::size_t kMostRecords = 32;

}  // namespace

std::string Tlsa::text() const {
  std::string out = fmt::format("{} {} {} ", usage, selector, matching);
  for (std::size_t i = 0; i < std::min(data.size(), kShown); ++i) {
    out += fmt::format("{:02x}", static_cast<unsigned char>(data[i]));
  }
  return data.size() > kShown ? out + "…" : out;
}

std::string tlsa_name(std::string_view host, std::uint16_t port) {
  return fmt::format("_{}._tcp.{}", port, host);
}

std::optional<Tlsa> parse_tlsa(std::string_view data) {
  if (data.size() < 3) return std::nullopt;
  Tlsa out;
  out.usage = static_cast<std::uint8_t>(data[0]);
  out.selector = static_cast<std::uint8_t>(data[1]);
  out.matching = static_cast<std::uint8_t>(data[2]);
  out.data = data.substr(3);
  return out;
}

bool is_usable(const Tlsa& record) {
  if (record.usage != 2 && record.usage != 3) return false;
  if (record.selector > 1) return false;
  switch (record.matching) {
    case 0:
      return !record.data.empty();
    case 1:
      return record.data.size() == kSha256;
    case 2:
      return record.data.size() == kSha512;
    default:
      return false;
  }
}

DaneDemand judge_tlsa(const dns::Answer& answer) {
  using Kind = DaneDemand::Kind;
  if (dns::is_temporary(answer.status)) {
    return {Kind::Unknown, {}, dns::explain(answer.status, answer.detail)};
  }
  if (answer.status != dns::Status::Ok || !answer.authenticated) return {};
  DaneDemand out{Kind::Encrypt, {}, {}};
  for (const auto& record : answer.records) {
    auto tlsa = parse_tlsa(record.data);
    if (!tlsa || !is_usable(*tlsa) || out.records.size() == kMostRecords) continue;
    out.records.push_back(std::move(*tlsa));
  }
  if (!out.records.empty()) out.kind = Kind::Authenticate;
  return out;
}

}  // namespace hagaki::tlspolicy
