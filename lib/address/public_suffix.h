#pragma once

#include <string>
#include <string_view>

namespace hagaki {

/// True when `domain` (A-labels, lower case) is a public suffix that a registry runs ("jp",
/// "co.jp"), by the public suffix list's ICANN section. Top-level domains that the list does not
/// know are none.
bool is_registry_suffix(std::string_view domain);

/// The part of `domain` (A-labels, lower case, no trailing dot) that somebody registered: its
/// public suffix with one label more, "example.co.jp" of "www.example.co.jp". Empty for a public
/// suffix itself, an address literal and an empty name; a top-level domain that the list does not
/// know is taken for a suffix.
std::string registrable_domain(std::string_view domain);

}  // namespace hagaki
