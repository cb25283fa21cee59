#include "spf/macro.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <vector>

#include "base/ascii.h"
#include "base/text.h"
#include "dns/query_form.h"

namespace hagaki::spf {
namespace {

constexpr std::string_view kDelimiters = ".-+,/_=";
constexpr std::size_t kNameOctets = 253;

/// One "%{…}", or an escape.
struct Macro {
  char letter = 0;  ///< lower case; '%', '_' or '-' for an escape
  bool escaped_url = false;
  std::size_t keep = 0;  ///< rightmost parts; 0 = all
  bool reverse = false;
  std::string_view delimiters = ".";
  std::size_t length = 2;  ///< in the text
};

/// Reads the macro at the begin of `text`, which begins with "%".
std::optional<Macro> read_macro(std::string_view text) {
  Macro out;
  if (text.size() < 2) return std::nullopt;
  if (text[1] == '%' || text[1] == '_' || text[1] == '-') {
    out.letter = text[1];
    return out;
  }
  const auto end = text.find('}');
  if (text[1] != '{' || end == std::string_view::npos || end < 3) return std::nullopt;
  auto inside = text.substr(2, end - 2);
  out.length = end + 1;
  out.escaped_url = is_upper(inside[0]);
  out.letter = to_lower(inside[0]);
  if (std::string_view("slodiphcrtv").find(out.letter) == std::string_view::npos) {
    return std::nullopt;
  }
  inside.remove_prefix(1);
  const auto digits = std::min(inside.find_first_not_of("0123456789"), inside.size());
  if (digits > 0) {
    // More parts than any name has are all of them.
    out.keep = parse_unsigned(inside.substr(0, digits), 1U << 20).value_or(1U << 20);
    if (out.keep == 0) return std::nullopt;
    inside.remove_prefix(digits);
  }
  if (!inside.empty() && (inside[0] == 'r' || inside[0] == 'R')) {
    out.reverse = true;
    inside.remove_prefix(1);
  }
  if (inside.find_first_not_of(kDelimiters) != std::string_view::npos) return std::nullopt;
  if (!inside.empty()) out.delimiters = inside;
  return out;
}

std::string value_of(char letter, const MacroValues& values) {
  switch (letter) {
    case 's':
      return std::string(values.local) + '@' + std::string(values.sender);
    case 'l':
      return std::string(values.local);
    case 'o':
      return std::string(values.sender);
    case 'd':
      return std::string(values.domain);
    case 'i': {
      if (!values.ip.v6) return values.ip.text();
      // Nibbles with dots between: the reverse of the form that is asked about.
      std::string nibbles = dns::reversed(values.ip);
      std::reverse(nibbles.begin(), nibbles.end());
      return nibbles;
    }
    case 'p':
      return std::string(values.validated);
    case 'v':
      return values.ip.v6 ? "ip6" : "in-addr";
    case 'h':
      return std::string(values.helo);
    default:
      return {};
  }
}

std::string transform(const std::string& value, const Macro& macro) {
  std::vector<std::string_view> parts;
  std::string_view rest = value;
  for (;;) {
    const auto end = rest.find_first_of(macro.delimiters);
    parts.push_back(rest.substr(0, end));
    if (end == std::string_view::npos) break;
    rest.remove_prefix(end + 1);
  }
  if (macro.reverse) std::reverse(parts.begin(), parts.end());
  const auto first = macro.keep > 0 && macro.keep < parts.size() ? parts.size() - macro.keep : 0;
  std::string out;
  for (std::size_t i = first; i < parts.size(); ++i) {
    if (i > first) out += '.';
    out += parts[i];
  }
  return out;
}

/// Calls `literal` with each run of plain characters and `macro` with each macro of `text`. False
/// when one is none.
template <class OnLiteral, class OnMacro>
bool for_each_piece(std::string_view text, OnLiteral literal, OnMacro on_macro) {
  while (!text.empty()) {
    const auto percent = std::min(text.find('%'), text.size());
    if (percent > 0) literal(text.substr(0, percent));
    text.remove_prefix(percent);
    if (text.empty()) break;
    const auto macro = read_macro(text);
    if (!macro) return false;
    on_macro(*macro);
    text.remove_prefix(macro->length);
  }
  return true;
}

}  // namespace

Result<void> check_macros(std::string_view text) {
  const auto visible = [](char c) { return c > ' ' && c < 0x7F; };
  if (!std::all_of(text.begin(), text.end(), visible)) {
    return fail(ErrorCode::Syntax, "a character that is not printable ASCII");
  }
  bool known = true;
  const bool formed = for_each_piece(
      text, [](std::string_view) {},
      [&](const Macro& macro) {
        if (std::string_view("crt").find(macro.letter) != std::string_view::npos) {
          known = false;
        }
      });
  if (!formed) return fail(ErrorCode::Syntax, "\"%\" begins no macro that is known");
  if (!known) return fail(ErrorCode::Syntax, "a macro that only an explanation may have");
  return {};
}

Result<void> check_domain_spec(std::string_view text) {
  if (text.empty()) return fail(ErrorCode::Syntax, "a domain is missing");
  if (auto checked = check_macros(text); !checked) return checked;
  bool ends_in_macro = false;
  for_each_piece(
      text, [&](std::string_view) { ends_in_macro = false; },
      [&](const Macro&) { ends_in_macro = true; });
  if (ends_in_macro) return {};
  if (text.ends_with('.')) text.remove_suffix(1);
  const auto dot = text.rfind('.');
  const auto top = dot == std::string_view::npos ? std::string_view() : text.substr(dot + 1);
  const auto named = [](char c) { return is_alnum(c) || c == '-'; };
  if (top.empty() || !std::all_of(top.begin(), top.end(), named) || top.front() == '-' ||
      top.back() == '-' || top.find_first_not_of("0123456789") == std::string_view::npos) {
    return fail(ErrorCode::Syntax, "no domain name");
  }
  return {};
}

bool wants_validated_name(std::string_view text) {
  bool wants = false;
  for_each_piece(
      text, [](std::string_view) {},
      [&wants](const Macro& macro) { wants = wants || macro.letter == 'p'; });
  return wants;
}

std::string expand(std::string_view text, const MacroValues& values) {
  std::string out;
  for_each_piece(
      text, [&out](std::string_view literal) { out += literal; },
      [&](const Macro& macro) {
        if (macro.letter == '%') {
          out += '%';
        } else if (macro.letter == '_') {
          out += ' ';
        } else if (macro.letter == '-') {
          out += "%20";
        } else if (macro.escaped_url) {
          append_percent_encoded(out, transform(value_of(macro.letter, values), macro));
        } else {
          out += transform(value_of(macro.letter, values), macro);
        }
      });
  return out;
}

std::string_view fit_name(std::string_view name) {
  if (name.ends_with('.')) name.remove_suffix(1);
  while (name.size() > kNameOctets) {
    const auto dot = name.find('.');
    if (dot == std::string_view::npos) break;
    name.remove_prefix(dot + 1);
  }
  return name;
}

}  // namespace hagaki::spf
