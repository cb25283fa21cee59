#include "preflight/file_kind.h"

#include <array>

#include "base/text.h"
#include "base/utf8.h"
#include "preflight/tables.h"

namespace hagaki::preflight {
namespace {

using std::literals::operator""sv;

/// A DOS header whose field at 0x3C leads to a PE, NE or LE header, where that was read.
bool is_windows_program(std::string_view begin) {
  if (!begin.starts_with("MZ") || begin.size() < 64) return false;
  const auto byte = [&](std::size_t at) {
    return static_cast<std::size_t>(static_cast<unsigned char>(begin[at]));
  };
  const std::size_t header = byte(60) | byte(61) << 8 | byte(62) << 16 | byte(63) << 24;
  if (header + 2 > begin.size()) return begin.find('\0') != std::string_view::npos;
  const auto mark = begin.substr(header, 2);
  return mark == "PE" || mark == "NE" || mark == "LE" || mark == "LX";
}

}  // namespace

std::string ending_of(std::string_view name) {
  name = name.substr(name.find_last_of("/\\") + 1);
  const auto dot = name.rfind('.');
  if (dot == std::string_view::npos || dot == 0) return {};
  return ascii_lower(trim(name.substr(dot + 1)));
}

std::string runs_as(std::string_view name, std::string_view begin) {
  const std::string ending = ending_of(name);
  if (is_listed(Table::Executable, ending)) return "." + ending;
  struct Kind {
    std::string_view magic;
    const char* what;
  };
  static constexpr std::array<Kind, 8> kKinds = {{{"\x7F"
                                                   "ELF"sv,
                                                   "a Linux program"},
                                                  {"\xFE\xED\xFA\xCE"sv, "a macOS program"},
                                                  {"\xFE\xED\xFA\xCF"sv, "a macOS program"},
                                                  {"\xCE\xFA\xED\xFE"sv, "a macOS program"},
                                                  {"\xCF\xFA\xED\xFE"sv, "a macOS program"},
                                                  {"\xCA\xFE\xBA\xBE"sv, "a program"},
                                                  {"L\0\0\0\x01\x14\x02\0"sv, "a Windows shortcut"},
                                                  {"dex\n0"sv, "an Android program"}}};
  for (const Kind& kind : kKinds) {
    if (begin.starts_with(kind.magic)) return kind.what;
  }
  if (is_windows_program(begin)) return "a Windows program";
  if (begin.starts_with("#!/") || begin.starts_with("#! /")) return "a script";
  return {};
}

bool may_hold_macros(std::string_view name) {
  return is_listed(Table::Macro, ending_of(name)) || ascii_iends_with(name, "vbaProject.bin");
}

bool is_disguised(std::string_view name) {
  for (std::size_t pos = 0; pos < name.size();) {
    if (is_bidi_override(next_character(name, pos))) return true;
  }
  return name.find("    ") != std::string_view::npos;
}

}  // namespace hagaki::preflight
