#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace hagaki::mime {

/// `utf8` with nothing in it that ISO-2022-JP (RFC 1468: ASCII and JIS X 0208) lacks: half-width
/// katakana become full-width, circled and Roman numbers, squared words and the like the characters
/// that they are made of, dashes and tildes those of JIS. Nothing where a character remains that
/// has no such form: a kanji beyond JIS X 0208, an emoji.
std::optional<std::string> fit_iso2022jp(std::string_view utf8);

/// As fit_iso2022jp(), for HTML: what has no form becomes a character reference (&#x9AD9;). No
/// character becomes markup, nor joins the template's: "＂" gives &#xFF02;, a mark behind ">" stays
/// apart.
std::string fit_iso2022jp_html(std::string_view utf8);

/// What fit_iso2022jp() gave, in ISO-2022-JP. Each line begins and ends in ASCII.
std::string to_iso2022jp(std::string_view fitting);

}  // namespace hagaki::mime
