#pragma once

#include <cstddef>
#include <string_view>

namespace hagaki::harvest {

/// What a local part in running text may hold of ASCII. Less than an atom of RFC 5322: "=", "/",
/// "?", quotes and brackets more often surround an address than belong to it.
bool is_local_character(char c);

/// The length of the Latin letter with a mark that `s` begins with ("ü", "é"), 0 where it begins
/// with none. No text that touches an address without a blank is written with them.
std::size_t marked_letter(std::string_view s);

/// Where the local part that ends before `end`, and does not begin before `least`, begins in
/// running text; `end` where there is none. What is percent-encoded or an escape of a script before
/// it is no part of it; a whole address whose sign is written as "=" is
/// ("taro=example.jp@lists.example").
std::size_t local_begin(std::string_view text, std::size_t end, std::size_t least);

}  // namespace hagaki::harvest
