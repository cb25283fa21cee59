#include "rules/postal_address.h"

#include <algorithm>
#include <cassert>
#include <string>
#include <vector>

#include <toml++/toml.h>

#include "base/ascii.h"
#include "base/embedded.h"
#include "base/text.h"

HAGAKI_EMBEDDED(identity_toml)

namespace hagaki::rules {
namespace {

using Words = std::vector<std::string>;

constexpr std::size_t kLongestStreet = 5;  // words of its name
constexpr std::size_t kRegionReach = 120;  // octets from region to number: 40 characters
constexpr std::size_t kLongestNumber = 5;  // digits of a house number
constexpr std::string_view kPunctuation = ".,;:()[]<>\"'";

enum class Order { NumberNameWord, NumberWord, WordNameNumber, JoinedNumber };

struct Region {
  Words names, units, ends;
};
struct Street {
  Order order{};
  Words words, after;
};
struct Postcode {
  Words shapes, before;
  bool town = false;
};

/// The forms of data/identity.toml.
struct Forms {
  std::vector<Region> regions;
  Words boxes;
  std::vector<Street> streets;
  std::vector<Postcode> postcodes;
  Words telephone_labels;
};

Words words_of(const toml::table& table, std::string_view key) {
  Words out;
  const toml::array* list = table[key].as_array();
  for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
    out.emplace_back(list->get(i)->value_or(std::string_view()));
  }
  return out;
}

Order order_of(std::string_view name) {
  if (name == "number name word") return Order::NumberNameWord;
  if (name == "number word") return Order::NumberWord;
  if (name == "word name number") return Order::WordNameNumber;
  assert(name == "joined number");
  return Order::JoinedNumber;
}

Forms read_forms() {
  const toml::table root = toml::parse(embedded::identity_toml);
  const auto each = [&root](std::string_view key, const auto& take) {
    const toml::array* rows = root[key].as_array();
    assert(rows != nullptr);
    for (const toml::node& row : *rows) take(*row.as_table());
  };
  Forms forms;
  each("region", [&forms](const toml::table& t) {
    forms.regions.push_back({words_of(t, "names"), words_of(t, "units"), words_of(t, "ends")});
  });
  each("box", [&forms](const toml::table& t) { forms.boxes = words_of(t, "words"); });
  each("street", [&forms](const toml::table& t) {
    forms.streets.push_back({order_of(t["order"].value_or(std::string_view())),
                             words_of(t, "words"), words_of(t, "after")});
  });
  each("postcode", [&forms](const toml::table& t) {
    forms.postcodes.push_back(
        {words_of(t, "shapes"), words_of(t, "before"), t["town"].value_or(false)});
  });
  forms.telephone_labels = words_of(*root["telephone"].as_table(), "labels");
  return forms;
}

bool is_high(char c) {
  return (static_cast<unsigned char>(c) & 0x80U) != 0;
}

/// A letter, a digit, or a part of a character beyond ASCII.
bool is_word_char(char c) {
  return is_alnum(c) || is_high(c);
}

std::string_view strip(std::string_view word) {
  while (!word.empty() && kPunctuation.find(word.front()) != std::string_view::npos) {
    word.remove_prefix(1);
  }
  while (!word.empty() && kPunctuation.find(word.back()) != std::string_view::npos) {
    word.remove_suffix(1);
  }
  return word;
}

std::string_view skip_blanks(std::string_view s) {
  while (!s.empty() && is_white(s.front())) s.remove_prefix(1);
  return s;
}

/// Begins with a capital, or with a letter beyond ASCII, of which many have none.
bool is_name(std::string_view word) {
  return !word.empty() && (is_upper(word.front()) || is_high(word.front()));
}

/// "12", "12a", "12-14", "12/3".
bool is_house_number(std::string_view word) {
  std::size_t digits = 0;
  while (digits < word.size() && is_digit(word[digits])) ++digits;
  if (digits == 0 || digits > kLongestNumber) return false;
  word.remove_prefix(digits);
  return word.size() <= 6 && std::all_of(word.begin(), word.end(), [](char c) {
           return is_digit(c) || c == '-' || c == '/' ||
                  std::isalpha(static_cast<unsigned char>(c));
         });
}

bool is_among(std::string_view word, const Words& words) {
  return std::any_of(words.begin(), words.end(),
                     [word](const std::string& known) { return ascii_iequals(word, known); });
}

bool begins_with_any(std::string_view text, const Words& words) {
  return std::any_of(words.begin(), words.end(),
                     [text](const std::string& w) { return text.starts_with(w); });
}

/// Splits at blanks and commas.
std::vector<std::string_view> tokens_of(std::string_view line) {
  std::vector<std::string_view> out;
  for (std::size_t at = 0; at < line.size();) {
    const std::size_t begin = line.find_first_not_of(" \t\r,", at);
    if (begin == std::string_view::npos) break;
    const std::size_t end = std::min(line.find_first_of(" \t\r,", begin), line.size());
    const std::string_view token = strip(line.substr(begin, end - begin));
    if (!token.empty()) out.push_back(token);
    at = end;
  }
  return out;
}

/// 12 High Street, 12 rue de la Paix, Calle Mayor 5.
bool has_spaced_street(const std::vector<std::string_view>& tokens, const Street& street) {
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const std::size_t end = std::min(tokens.size(), i + kLongestStreet + 2);
    if (street.order == Order::WordNameNumber) {
      if (!is_among(tokens[i], street.words)) continue;
      bool named = false;
      for (std::size_t j = i + 1; j < end; ++j) {
        if (named && is_house_number(tokens[j])) return true;
        named = named || is_name(tokens[j]);
      }
      continue;
    }
    if (!is_house_number(tokens[i])) continue;
    for (std::size_t j = i + 1; j < end; ++j) {
      if (street.order == Order::NumberWord) {
        if (is_among(tokens[j], street.words)) return j + 1 < tokens.size();
        if (!ascii_iequals(tokens[j], "bis") && !ascii_iequals(tokens[j], "ter")) break;
        continue;
      }
      if (j > i + 1 && is_name(tokens[j]) && is_among(tokens[j], street.words)) return true;
      if (!is_name(tokens[j]) && !is_digit(tokens[j].front())) break;
    }
  }
  return false;
}

/// Hauptstraße 5, 南京西路1266号.
bool has_joined_street(std::string_view line, const Street& street) {
  for (const std::string& word : street.words) {
    // Where the word begins that holds what was looked at last: CJK has no blanks, and a long line
    // is not gone back over for each number in it.
    std::size_t last = 0;
    std::size_t last_begin = 0;
    for (std::size_t at = 0; (at = ascii_ifind(line, word, at)) != std::string_view::npos; ++at) {
      std::string_view rest = line.substr(at + word.size());
      if (rest.starts_with('.')) rest.remove_prefix(1);
      rest = skip_blanks(rest);
      std::size_t digits = 0;
      while (digits < rest.size() && is_digit(rest[digits])) ++digits;
      if (digits == 0 || digits > kLongestNumber) continue;
      rest.remove_prefix(digits);
      if (street.after.empty() ? rest.starts_with('%') : !begins_with_any(rest, street.after)) {
        continue;
      }
      std::size_t begin = at;
      while (begin > last && (is_word_char(line[begin - 1]) || line[begin - 1] == '-')) --begin;
      if (begin == last) begin = last_begin;
      last = at;
      last_begin = begin;
      if (is_name(line.substr(begin))) return true;
    }
  }
  return false;
}

/// A number that may end an address: "1-1", "1丁目", "1" before a blank or the line's end.
bool has_lot_number(std::string_view text, const Words& ends) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    const std::string_view rest = text.substr(at);
    if (begins_with_any(rest, ends)) return true;
    if (!is_digit(rest.front())) continue;
    std::size_t end = 0;
    while (end < rest.size() && is_digit(rest[end])) ++end;
    const std::string_view behind = rest.substr(end);
    if (behind.empty() ||
        std::string_view(" -,()\n").find(behind.front()) != std::string_view::npos ||
        begins_with_any(behind, ends)) {
      return true;
    }
    at += end - 1;
  }
  return false;
}

bool has_region(std::string_view line, const Region& region) {
  for (const std::string& name : region.names) {
    for (std::size_t at = 0; (at = line.find(name, at)) != std::string_view::npos; ++at) {
      const std::string_view reach = line.substr(at, name.size() + kRegionReach);
      const std::string_view behind = reach.substr(name.size());
      // A city's name ends in a unit itself.
      for (const std::string& unit : region.units) {
        const std::size_t place = name.ends_with(unit) ? 0 : behind.find(unit);
        if (place == std::string_view::npos) continue;
        if (has_lot_number(behind.substr(place), region.ends)) return true;
      }
    }
  }
  return false;
}

bool has_box(std::string_view line, const Words& boxes) {
  for (const std::string& word : boxes) {
    for (std::size_t at = 0; (at = ascii_ifind(line, word, at)) != std::string_view::npos; ++at) {
      if (at > 0 && is_word_char(line[at - 1]) && !is_high(word.front())) continue;
      // "No.", "第", or nothing, and a number.
      const std::string_view behind = line.substr(at + word.size(), 12);
      if (behind.find_first_of("0123456789") != std::string_view::npos) return true;
    }
  }
  return false;
}

bool fits(std::string_view text, std::string_view shape) {
  if (text.size() < shape.size()) return false;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    const bool same = shape[i] == '9'   ? is_digit(text[i])
                      : shape[i] == 'A' ? is_upper(text[i])
                                        : text[i] == shape[i];
    if (!same) return false;
  }
  return text.size() == shape.size() ||
         (!is_word_char(text[shape.size()]) && text[shape.size()] != '-') ||
         is_high(text[shape.size()]);
}

bool stands_before(std::string_view text, const Words& words) {
  while (!text.empty() && (is_white(text.back()) || text.back() == ':' || text.back() == ',')) {
    text.remove_suffix(1);
  }
  return std::any_of(words.begin(), words.end(), [text](const std::string& word) {
    if (!text.ends_with(word)) return false;
    return text.size() == word.size() || is_high(word.front()) ||
           !is_word_char(text[text.size() - word.size() - 1]);
  });
}

bool has_postcode(std::string_view line, const Postcode& postcode) {
  for (std::size_t at = 0; at < line.size(); ++at) {
    if (!is_digit(line[at]) && !is_upper(line[at])) continue;
    if (at > 0 && (is_digit(line[at - 1]) || line[at - 1] == '-' ||
                   (is_word_char(line[at - 1]) && !is_high(line[at - 1])))) {
      continue;
    }
    for (const std::string& shape : postcode.shapes) {
      if (!fits(line.substr(at), shape)) continue;
      if (!postcode.before.empty() && !stands_before(line.substr(0, at), postcode.before)) continue;
      if (postcode.town && !is_name(skip_blanks(line.substr(at + shape.size())))) continue;
      return true;
    }
  }
  return false;
}

bool is_address_line(std::string_view line, const Forms& forms) {
  const auto tokens = tokens_of(line);
  return std::any_of(forms.regions.begin(), forms.regions.end(),
                     [line](const Region& r) { return has_region(line, r); }) ||
         has_box(line, forms.boxes) ||
         std::any_of(forms.streets.begin(), forms.streets.end(),
                     [&](const Street& s) {
                       return s.order == Order::JoinedNumber ? has_joined_street(line, s)
                                                             : has_spaced_street(tokens, s);
                     }) ||
         std::any_of(forms.postcodes.begin(), forms.postcodes.end(),
                     [line](const Postcode& p) { return has_postcode(line, p); });
}

/// A run of digits with what stands between them in a telephone number.
struct Number {
  std::string_view text;
  std::vector<std::size_t> groups;  // digits in each
  std::size_t digits = 0;
};

Number number_at(std::string_view line) {
  Number out;
  std::size_t at = 0;
  std::size_t end = 0;
  std::size_t gap = 0;
  for (; at < line.size(); ++at) {
    const char c = line[at];
    if (is_digit(c)) {
      if (gap > 0 || out.groups.empty()) out.groups.push_back(0);
      ++out.groups.back();
      ++out.digits;
      gap = 0;
      end = at + 1;
    } else if (std::string_view(" -()+").find(c) != std::string_view::npos && ++gap <= 3) {
      continue;
    } else {
      break;
    }
  }
  out.text = line.substr(0, end);
  return out;
}

/// `before` is what stands in front of it, in lower case.
bool is_telephone(const Number& number, std::string_view before, const Words& labels) {
  if (number.digits < 7 || number.digits > 15) return false;
  if (number.text.starts_with('+')) return number.digits >= 8;
  if (stands_before(before, labels)) return true;
  const auto& groups = number.groups;
  // 800-555-0100, (212) 555-0100, 1-800-555-0100
  const std::size_t skip = groups.size() == 4 && groups[0] == 1 && number.text[0] == '1' ? 1 : 0;
  if (groups.size() == 3 + skip && groups[skip] == 3 && groups[skip + 1] == 3 &&
      groups[skip + 2] == 4) {
    return true;
  }
  const std::size_t first = number.text.find_first_not_of('(');
  if (number.text[first] != '0' || number.digits < 9 || number.digits > 11 || groups.size() < 2) {
    return false;
  }
  // No date: 01-12-2026 10, but 01 23 45 67 89.
  const bool pairs =
      std::all_of(groups.begin(), groups.end(), [](std::size_t size) { return size == 2; });
  return pairs || groups[0] > 2 || groups[1] > 2;
}

const Forms& forms() {
  static const Forms kForms = read_forms();
  return kForms;
}

template <class Test>
bool any_line(std::string_view text, const Test& test) {
  for (const std::string_view line : split(text, '\n')) {
    if (test(line)) return true;
  }
  return false;
}

}  // namespace

bool has_postal_address(std::string_view text) {
  return any_line(text, [](std::string_view line) { return is_address_line(line, forms()); });
}

bool has_telephone(std::string_view text) {
  const std::string lower = ascii_lower(text);
  return any_line(lower, [](std::string_view line) {
    for (std::size_t at = 0; at < line.size(); ++at) {
      if (!is_digit(line[at]) && line[at] != '+' && line[at] != '(') continue;
      const Number number = number_at(line.substr(at));
      if (is_telephone(number, line.substr(0, at), forms().telephone_labels)) return true;
      if (!number.text.empty()) at += number.text.size() - 1;
    }
    return false;
  });
}

}  // namespace hagaki::rules
