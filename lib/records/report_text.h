#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace hagaki::records {

inline constexpr std::size_t kTextKept = 998;  ///< bytes: a line of a mail (RFC 5322 §2.1.1)

/// Words of a mail as one bounded line of UTF-8: white space made blanks, control characters left
/// out.
std::string mail_text(std::string_view s, std::size_t most = kTextKept);

/// The same where most texts are so already: a view of `s` then, else of `buffer`.
std::string_view mail_text(std::string_view s, std::string& buffer, std::size_t most = kTextKept);

/// An address of a mail; empty where it cannot be one. A part of it would be another address.
std::string_view mail_address(std::string_view s);

/// The domain of an address as lower-case A-label; empty where it is none.
std::string domain_of(std::string_view address);

/// "+0900"
std::string utc_offset_text(int minutes);

}  // namespace hagaki::records
