#include "status_filter.h"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

#include "base/text.h"
#include "dns/mail_hosts.h"

using namespace hagaki;
using dns::MxStatus;

namespace {

constexpr std::array kStates = {MxStatus::Ok,       MxStatus::Implicit,   MxStatus::NullMx,
                                MxStatus::NoDomain, MxStatus::NoMailHost, MxStatus::Retry,
                                MxStatus::Error};

std::vector<MxStatus> states_of(std::string_view name) {
  if (name == "ok") return {MxStatus::Ok, MxStatus::Implicit};
  if (name == "dead") return {MxStatus::NullMx, MxStatus::NoDomain, MxStatus::NoMailHost};
  if (name == "unknown") return {MxStatus::Retry, MxStatus::Error};
  const auto* const at = std::find_if(kStates.begin(), kStates.end(), [&](MxStatus status) {
    return dns::mx_status_name(status) == name;
  });
  return at == kStates.end() ? std::vector<MxStatus>{} : std::vector<MxStatus>{*at};
}

}  // namespace

Result<StatusFilter> StatusFilter::parse(const std::vector<std::string>& items) {
  StatusFilter out;
  for (const auto& item : items) {
    for (const auto part : split(item, ',')) {
      const auto name = trim(part);
      const auto states = states_of(name);
      if (states.empty()) {
        std::string known;
        for (const auto state : mail_states()) known.append(state).append(", ");
        return fail(ErrorCode::Unsupported,
                    (name.empty() ? std::string("--only needs a state")
                                  : "--only knows no \"" + std::string(name) + '"') +
                        "; there are " + known + "dead and unknown");
      }
      for (const auto state : states) out.wanted_.emplace(dns::mx_status_name(state));
    }
  }
  return out;
}

std::vector<std::string_view> mail_states() {
  std::vector<std::string_view> out;
  for (const auto state : kStates) out.push_back(dns::mx_status_name(state));
  return out;
}

std::string by_state(const std::map<std::string, std::uint64_t>& counts) {
  std::vector<std::pair<std::string, std::uint64_t>> rows(counts.begin(), counts.end());
  std::sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) {
    return std::tie(b.second, a.first) < std::tie(a.second, b.first);
  });
  std::string out;
  for (const auto& [state, count] : rows) {
    out.append(out.empty() ? "" : ", ").append(std::to_string(count)).append(" ").append(state);
  }
  return out;
}
