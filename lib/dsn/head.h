#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "dsn/dialects.h"

namespace hagaki::dsn {

/// An address that a line of a notice begins with.
struct Head {
  std::string address;
  std::string_view rest;     ///< what follows it on the line
  std::string_view telling;  ///< "Unknown user:", where such a label stands before it
};

/// The address that `line` begins with, bare or in brackets or quotes; codes, marks of lists and
/// the labels of `phrases` may stand before it.
std::optional<Head> head_of(std::string_view line, const Phrases& phrases);

/// Drops a reply code and an enhanced code that a line begins with.
std::string_view without_codes(std::string_view line);

/// The address behind "expanded from", "generated from" and the like; empty where there is none.
std::string origin_of(std::string_view line);

/// Length of the mail address that `s` begins with, or 0.
std::size_t address_length(std::string_view s);

/// True for the first byte of a Japanese or Chinese character (UTF-8), of punctuation and
/// full-width forms too: sentences are written without blanks there, and go on right behind an
/// address.
bool is_cjk(char c);

/// True for a character of an unquoted local part (RFC 6532 included).
bool is_local_char(char c);

}  // namespace hagaki::dsn
