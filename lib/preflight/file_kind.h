#pragma once

#include <string>
#include <string_view>

namespace hagaki::preflight {

/// What stands behind the last dot of a file's name, lower case: "gz" of "a.tar.gz". Empty where
/// the name has none, or only blanks or a folder's name behind it.
std::string ending_of(std::string_view name);

/// Why a file of this name and with these first octets runs when it is opened: its ending (".exe")
/// or what its contents show ("a Windows program"); empty where nothing says so.
std::string runs_as(std::string_view name, std::string_view begin);

/// True for a document that may hold macros: by its ending, or because it is the part of an Office
/// document that holds them.
bool may_hold_macros(std::string_view name);

/// True for a name that shows another ending than it has: direction overrides, or blanks before the
/// ending ("invoice.pdf      .exe").
bool is_disguised(std::string_view name);

}  // namespace hagaki::preflight
