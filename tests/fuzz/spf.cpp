// What holds for every SPF and DMARC record, however broken: see require() for each promise.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/text.h"
#include "check.h"
#include "dmarc/record.h"
#include "dns/ip.h"
#include "spf/macro.h"
#include "spf/record.h"

using namespace hagaki;

namespace {

void check_name_spec(std::string_view spec) {
  const auto ip = dns::parse_ip("2001:db8::1");
  require(spf::check_domain_spec(spec).has_value(), "what a record names was checked");
  const auto name = spf::expand(spec, {.local = "some.body",
                                       .sender = "example.com",
                                       .domain = "mail.example.com",
                                       .helo = "helo.example.com",
                                       .validated = "unknown",
                                       .ip = *ip});
  require(is_ascii(name), "a name is ASCII");
  require(inside(spf::fit_name(name), name), "a fitted name is the end of the name");
}

void check_spf(std::string_view text) {
  const auto record = spf::parse_record(text);
  require(record.has_value() || !record.error().message.empty(), "an error says why");
  if (!record) return;
  require(spf::is_spf(text), "only SPF records are read");
  require(record->mechanisms.size() <= spf::kMaxTerms, "terms are bounded");
  for (const auto& mechanism : record->mechanisms) {
    require(mechanism.prefix4 <= 32 && mechanism.prefix6 <= 128, "prefixes are of an address");
    require(!mechanism.text.empty() && is_ascii(mechanism.text), "a term is ASCII");
    if (!mechanism.target.empty()) check_name_spec(mechanism.target);
  }
  if (record->redirect) check_name_spec(*record->redirect);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_spf(text);
  (void)dmarc::parse_record(text);
  return 0;
}
