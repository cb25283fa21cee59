// What holds for every MTA-STS record and policy and every TLSA record, however broken: see
// require() for each promise.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "check.h"
#include "dns/names.h"
#include "tlspolicy/sts_policy.h"
#include "tlspolicy/sts_record.h"
#include "tlspolicy/tlsa.h"

using namespace hagaki;

namespace {

void check_policy(std::string_view text) {
  const auto policy = tlspolicy::parse_sts_policy(text);
  require(policy.has_value() || !policy.error().message.empty(), "an error says why");
  if (!policy) return;
  require(
      policy->max_age >= std::chrono::seconds{0} && policy->max_age <= std::chrono::hours{24 * 366},
      "no policy holds for longer than a year");
  require(policy->mode == tlspolicy::StsMode::None || !policy->mx.empty(), "hosts are named");
  require(!policy->names(""), "nothing is no host");
  for (const std::string& pattern : policy->mx) {
    const bool any = pattern.starts_with("*.");
    const std::string host = any ? "mx" + pattern.substr(1) : pattern;
    require(dns::check_name(any ? pattern.substr(2) : pattern).has_value(), "a pattern is a name");
    require(policy->names(host), "a policy names the hosts of its patterns");
    require(!any || !tlspolicy::sts_mx_matches(pattern, "a." + host), "a star is one label");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_policy(text);
  if (const auto id = tlspolicy::parse_sts_record(text)) {
    require(!id->empty() && id->size() <= 32, "an id has 1 to 32 letters and digits");
  }
  if (const auto tlsa = tlspolicy::parse_tlsa(text)) {
    require(tlsa->text().size() < 60, "a record is shown in a line");
    require(!tlspolicy::is_usable(*tlsa) || !tlsa->data.empty(), "what is compared is there");
  }
  return 0;
}
