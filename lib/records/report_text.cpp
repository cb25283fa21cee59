#include "records/report_text.h"

#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>

#include "address/address.h"
#include "base/text.h"

namespace hagaki::records {
namespace {

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
}

}  // namespace

std::string mail_text(std::string_view s, std::size_t most) {
  // Cut first: a long text may stand in the records of many recipients.
  std::string out = squeeze(utf8_prefix(s, 8 * most));
  out.erase(std::remove_if(out.begin(), out.end(), is_control), out.end());
  return std::string(utf8_prefix(to_valid_utf8(trim(out)), most));
}

std::string_view mail_address(std::string_view s) {
  const bool none = s.size() > kTextKept || std::any_of(s.begin(), s.end(), is_control);
  return none ? std::string_view() : s;
}

std::string domain_of(std::string_view address) {
  const auto parsed = Address::parse(address);
  return parsed ? std::string(parsed->domain().ascii()) : std::string();
}

std::string utc_offset_text(int minutes) {
  const int size = std::abs(minutes);
  return fmt::format("{}{:02}{:02}", minutes < 0 ? '-' : '+', size / 60, size % 60);
}

}  // namespace hagaki::records
