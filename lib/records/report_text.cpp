#include "records/report_text.h"

#include <algorithm>
#include <cstdlib>

#include "address/address.h"
#include "base/ascii.h"
#include "base/find_text.h"
#include "base/octets.h"
#include "base/text.h"

namespace hagaki::records {
namespace {

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
}

bool has_control(std::string_view s) {
  return any_octet(
      s, [](std::uint64_t word) { return any_below(word, 0x20) | any_is(word, 0x7F); },
      [](unsigned char c) { return is_control(static_cast<char>(c)); });
}

/// True where mail_text() has nothing to change.
bool is_mail_text(std::string_view s, std::size_t most) {
  return s.size() <= most && !has_control(s) && !s.starts_with(' ') && !s.ends_with(' ') &&
         find_text(s, "  ") == std::string_view::npos && is_utf8(s);
}

/// The domain of an address that has nothing to fold or to judge: letters, digits and single dots
/// and hyphens, as nearly all have; empty where Address has to be asked.
std::string_view plain_domain(std::string_view address) {
  constexpr std::size_t kLongest = 63;  // which no part of it can be too long for
  const auto is_plain = [&](std::string_view part, bool upper) {
    bool mark = true;  // none may come next
    for (const char c : part) {
      if (c == '.' || c == '-') {
        if (mark) return false;
        mark = true;
      } else {
        if (!is_alnum(c) || (is_upper(c) && !upper)) return false;
        mark = false;
      }
    }
    return !mark;
  };
  const auto at = address.find('@');
  if (at == std::string_view::npos || at > kLongest || address.size() - at > kLongest) return {};
  const auto domain = address.substr(at + 1);
  // The last label is a number in what should be an address literal.
  if (!is_plain(address.substr(0, at), true) || !is_plain(domain, false)) return {};
  return is_alpha(domain.back()) ? domain : std::string_view();
}

}  // namespace

std::string mail_text(std::string_view s, std::size_t most) {
  // Cut first: a long text may stand in the records of many recipients.
  std::string out = squeeze(utf8_prefix(s, 8 * most));
  out.erase(std::remove_if(out.begin(), out.end(), is_control), out.end());
  return std::string(utf8_prefix(to_valid_utf8(trim(out)), most));
}

std::string_view mail_text(std::string_view s, std::string& buffer, std::size_t most) {
  if (is_mail_text(s, most)) return s;
  return buffer = mail_text(s, most);
}

std::string_view mail_address(std::string_view s) {
  return s.size() > kTextKept || has_control(s) ? std::string_view() : s;
}

std::string domain_of(std::string_view address) {
  if (const auto domain = plain_domain(address); !domain.empty()) return std::string(domain);
  const auto parsed = Address::parse(address);
  return parsed ? std::string(parsed->domain().ascii()) : std::string();
}

std::string utc_offset_text(int minutes) {
  const int size = std::abs(minutes);
  std::string out(1, minutes < 0 ? '-' : '+');
  for (const int number : {size / 60, size % 60}) {
    out += static_cast<char>('0' + number / 10 % 10);
    out += static_cast<char>('0' + number % 10);
  }
  return out;
}

}  // namespace hagaki::records
