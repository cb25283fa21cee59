#include "records/line_scan.h"

#include <simdjson.h>

#include <algorithm>
#include <utility>

#include "base/ascii.h"
#include "base/limits.h"

namespace hagaki::records {
namespace {

constexpr std::size_t kFewFields = 24;
constexpr std::size_t kSafeDigits = 18;  // no value of so many is out of any parser's range

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/// A number that is one for certain: a short one without exponent.
bool is_plain_number(std::string_view s) {
  if (s.size() > kSafeDigits) return false;
  if (s.starts_with('-')) s.remove_prefix(1);
  const auto digits = [&] {
    std::size_t n = 0;
    while (n < s.size() && is_digit(s[n])) ++n;
    return n;
  };
  const std::size_t whole = digits();
  if (whole == 0 || (whole > 1 && s[0] == '0')) return false;
  s.remove_prefix(whole);
  if (s.empty()) return true;
  if (s[0] != '.') return false;
  s.remove_prefix(1);
  return !s.empty() && digits() == s.size();
}

/// True when each escape in a string is one for certain (RFC 8259 §7); surrogates are not.
bool has_plain_escapes(std::string_view s) {
  for (std::size_t i = s.find('\\'); i != std::string_view::npos; i = s.find('\\', i)) {
    const char c = i + 1 < s.size() ? s[i + 1] : '\0';
    if (c == 'u') {
      if (i + 6 > s.size()) return false;
      const auto hex = s.substr(i + 2, 4);
      if (!std::all_of(hex.begin(), hex.end(), [](char h) { return hex_value(h) >= 0; })) {
        return false;
      }
      if (hex_value(hex[0]) == 0xD && hex_value(hex[1]) >= 8) return false;
      i += 6;
    } else if (c != '\0' && std::string_view("\"\\/bfnrt").find(c) != std::string_view::npos) {
      i += 2;
    } else {
      return false;
    }
  }
  return true;
}

}  // namespace

std::string_view duplicate_key(const std::vector<Line::Field>& fields) {
  if (fields.size() <= kFewFields) {
    for (std::size_t i = 1; i < fields.size(); ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        if (Line::same(fields[i].key, fields[j].key)) return fields[i].key;
      }
    }
    return {};
  }
  std::vector<std::string_view> keys;
  for (const auto& field : fields) keys.push_back(field.key);
  std::sort(keys.begin(), keys.end());
  const auto twice = std::adjacent_find(keys.begin(), keys.end());
  return twice == keys.end() ? std::string_view() : *twice;
}

struct LineScanner::State {
  std::unique_ptr<simdjson::internal::dom_parser_implementation> stage;
  const char* data = nullptr;
  const std::uint32_t* next = nullptr;  ///< the first place that was not walked over
  const std::uint32_t* end = nullptr;
};

LineScanner::LineScanner() : state_(std::make_unique<State>()) {
  // Where memory is short, no block is ever taken, and LineParser reads all.
  if (simdjson::get_active_implementation()->create_dom_parser_implementation(kBlock, 1,
                                                                              state_->stage)) {
    state_->stage.reset();
  }
}
LineScanner::~LineScanner() = default;
LineScanner::LineScanner(LineScanner&&) noexcept = default;
LineScanner& LineScanner::operator=(LineScanner&&) noexcept = default;

bool LineScanner::index(std::string_view block) {
  State& s = *state_;
  s.data = block.data();
  s.next = s.end = nullptr;
  if (!s.stage || block.empty() || block.size() > kBlock) return false;
  // A string that is open at a line's end holds a control character, the line end: an error, so
  // that no line changes how the next one is read.
  if (s.stage->stage1(reinterpret_cast<const std::uint8_t*>(block.data()), block.size(),
                      simdjson::stage1_mode::regular)) {
    return false;
  }
  s.next = s.stage->structural_indexes.get();
  s.end = s.next + s.stage->n_structural_indexes;
  return true;
}

bool LineScanner::scan(std::string_view line, std::uint64_t number, Line& out) {
  State& s = *state_;
  const char* const data = s.data;
  const std::uint32_t* at = s.next;
  const std::uint32_t* const end = s.end;
  if (at == end) return false;
  const auto start = static_cast<std::size_t>(line.data() - data);
  const std::size_t stop = start + line.size();
  while (at != end && *at < start) ++at;
  s.next = at;
  const auto more = [&] { return at != end && *at < stop; };
  // Position behind the last character before `pos` that is no white space.
  const auto back = [&](std::size_t pos) {
    while (is_space(data[pos - 1])) --pos;
    return pos;
  };

  if (!more() || data[*at] != '{') return false;
  ++at;
  const bool escapes = line.find('\\') != std::string_view::npos;
  out.fields_.clear();
  out.unescaped_.clear();
  out.raw_ = line;
  out.number_ = number;
  char last = ',';
  if (more() && data[*at] == '}') {
    last = '}';
    ++at;
  }
  while (last == ',') {
    if (!more() || data[*at] != '"') return false;
    const std::size_t key = *at++;
    if (!more() || data[*at] != ':') return false;
    const std::size_t key_end = back(*at++);
    // Nothing but white space lies between a string's end and the next place.
    if (!more() || key_end < key + 2 || data[key_end - 1] != '"') return false;
    const std::size_t value = *at++;
    std::size_t value_end = 0;
    const char first = data[value];
    if (first == '{' || first == '[') {
      std::uint64_t objects = first == '{' ? 1 : 0;  // one bit a level, the inmost lowest
      std::size_t depth = 1;
      while (depth > 0) {
        if (!more()) return false;
        const char c = data[*at];
        if ((c | 0x20) == '{') {
          if (++depth >= limits::kJsonDepth) return false;
          objects = objects << 1 | (c == '{' ? 1 : 0);
        } else if ((c | 0x20) == '}') {
          if ((objects & 1) != (c == '}' ? 1 : 0)) return false;
          objects >>= 1;
          --depth;
        }
        value_end = *at++ + std::size_t{1};
      }
      if (!more()) return false;
    } else {
      if (!more()) return false;
      value_end = back(*at);
      const auto text = std::string_view(data + value, value_end - value);
      if (first == '"') {
        if (text.size() < 2 || text.back() != '"') return false;
        if (escapes && !has_plain_escapes(text)) return false;
      } else if (text != "null" && text != "true" && text != "false" && !is_plain_number(text)) {
        return false;
      }
    }
    last = data[*at++];
    if (last != ',' && last != '}') return false;
    const std::string_view name(data + key + 1, key_end - key - 2);
    if (escapes && name.find('\\') != std::string_view::npos) return false;
    out.fields_.push_back(
        {name, {data + value, value_end - value}, key - start, value_end - start});
  }
  s.next = at;
  return !more() && !duplicate_key(out.fields_).data();
}

}  // namespace hagaki::records
