#include "rules/visible_text.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <utility>

#include "base/ascii.h"
#include "base/text.h"

namespace hagaki::rules {
namespace {

void append_utf8(std::string& out, std::uint32_t c) {
  const auto tail = [](std::uint32_t bits) { return static_cast<char>(0x80U | (bits & 0x3FU)); };
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += static_cast<char>(0xC0U | c >> 6);
    out += tail(c);
  } else if (c < 0x10000) {
    out += static_cast<char>(0xE0U | c >> 12);
    out += tail(c >> 6);
    out += tail(c);
  } else {
    out += static_cast<char>(0xF0U | c >> 18);
    out += tail(c >> 12);
    out += tail(c >> 6);
    out += tail(c);
  }
}

/// The character that "#12306", "#x3012" or "amp" stands for.
std::optional<std::uint32_t> entity(std::string_view name) {
  constexpr std::array<std::pair<std::string_view, std::uint32_t>, 7> kNames{{{"amp", '&'},
                                                                              {"lt", '<'},
                                                                              {"gt", '>'},
                                                                              {"quot", '"'},
                                                                              {"apos", '\''},
                                                                              {"nbsp", ' '},
                                                                              {"copy", 0xA9}}};
  for (const auto& [known, c] : kNames) {
    if (known == name) return c;
  }
  if (!name.starts_with('#')) return std::nullopt;
  name.remove_prefix(1);
  const bool hex = name.starts_with('x') || name.starts_with('X');
  if (hex) name.remove_prefix(1);
  std::uint32_t value = 0;
  if (name.empty() || name.size() > 7) return std::nullopt;
  for (const char c : name) {
    std::uint32_t digit = 0;
    if (is_digit(c)) {
      digit = static_cast<std::uint32_t>(c - '0');
    } else if (hex && (c | 0x20) >= 'a' && (c | 0x20) <= 'f') {
      digit = static_cast<std::uint32_t>((c | 0x20) - 'a' + 10);
    } else {
      return std::nullopt;
    }
    value = value * (hex ? 16 : 10) + digit;
  }
  const bool text = value >= 0x20 && value < 0x110000 && (value < 0xD800 || value > 0xDFFF);
  return text ? std::optional(value) : std::nullopt;
}

void append_text(std::string& out, std::string_view text) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '&') {
      const std::size_t end = text.substr(at, 12).find(';');
      if (end != std::string_view::npos) {
        if (const auto c = entity(text.substr(at + 1, end - 1))) {
          append_utf8(out, *c);
          at += end;
          continue;
        }
      }
    }
    out += is_white(text[at]) ? ' ' : text[at];
  }
}

bool is_one_of(std::string_view name, std::initializer_list<std::string_view> names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// The value of `href` in a start tag's inside; empty where it has none.
std::string_view link_target(std::string_view tag) {
  std::size_t at = ascii_ifind(tag, "href");
  if (at == std::string_view::npos) return {};
  at += 4;
  while (at < tag.size() && is_white(tag[at])) ++at;
  if (at == tag.size() || tag[at] != '=') return {};
  std::string_view value = trim(tag.substr(at + 1));
  if (value.empty()) return {};
  const char quote = value.front();
  if (quote == '"' || quote == '\'') {
    value.remove_prefix(1);
    return value.substr(0, value.find(quote));
  }
  return value.substr(0, value.find(' '));
}

}  // namespace

std::string visible_text(std::string_view html) {
  std::string out;
  std::string hidden;  // the element whose content is not shown
  for (std::size_t at = 0; at < html.size();) {
    if (html[at] != '<') {
      const std::size_t end = std::min(html.find('<', at), html.size());
      if (hidden.empty()) append_text(out, html.substr(at, end - at));
      at = end;
      continue;
    }
    if (html.substr(at, 4) == "<!--") {
      const std::size_t end = html.find("-->", at);
      if (end == std::string_view::npos) break;
      at = end + 3;
      continue;
    }
    const std::size_t end = html.find('>', at);
    if (end == std::string_view::npos) break;
    const std::string_view tag = html.substr(at + 1, end - at - 1);
    at = end + 1;
    const bool closes = tag.starts_with('/');
    const std::string_view inner = closes ? tag.substr(1) : tag;
    const std::string name = ascii_lower(inner.substr(0, inner.find_first_of(" \t\r\n/")));
    if (!hidden.empty()) {
      if (closes && name == hidden) hidden.clear();
      continue;
    }
    if (!closes && is_one_of(name, {"head", "style", "script", "title"})) {
      hidden = name;
    } else if (!closes && name == "a") {
      out += ' ';
      append_text(out, link_target(tag));
      out += ' ';
    } else if (!is_one_of(name, {"a", "b", "i", "em", "strong", "span", "font", "u", "small"})) {
      out += '\n';
    }
  }
  return out;
}

std::string one_width(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const auto byte = [&text](std::size_t i) {
      return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
    };
    const unsigned first = byte(at);
    if (first == 0xC2 && byte(at + 1) == 0xA0) {  // no-break space
      out += ' ';
      at += 2;
      continue;
    }
    if (first >= 0xE2 && first <= 0xEF && byte(at + 1) >= 0x80 && byte(at + 2) >= 0x80) {
      const unsigned c =
          (first & 0x0FU) << 12 | (byte(at + 1) & 0x3FU) << 6 | (byte(at + 2) & 0x3FU);
      char ascii = 0;
      if (c >= 0xFF01 && c <= 0xFF5E) ascii = static_cast<char>(c - 0xFF01 + '!');
      if (c == 0x3000 || (c >= 0x2000 && c <= 0x200A) || c == 0x202F) ascii = ' ';
      if ((c >= 0x2010 && c <= 0x2015) || c == 0x2212) ascii = '-';
      // The sign of a long vowel, where it stands for a hyphen.
      if (c == 0x30FC && !out.empty() && is_digit(out.back())) ascii = '-';
      if (ascii != 0) {
        out += ascii;
        at += 3;
        continue;
      }
    }
    out += text[at++];
  }
  return out;
}

}  // namespace hagaki::rules
