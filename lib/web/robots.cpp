#include "web/robots.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

#include "base/ascii.h"
#include "base/text.h"

namespace hagaki::web {
namespace {

/// Of a longer pattern the beginning is compared; no target that is fetched is so long.
constexpr std::size_t kLongestPath = 3u * 8192;

bool is_unreserved(char c) {
  return is_alnum(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

void add_escaped(std::string& out, char c) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  const auto byte = static_cast<unsigned char>(c);
  out += '%';
  out += kHex[byte >> 4];
  out += kHex[byte & 15];
}

/// `path` as paths are compared (RFC 9309 §2.2.2): what stands beyond ASCII is percent-encoded, an
/// encoded octet that need not be is not, the others are in upper case. `literal` characters are
/// encoded too.
std::string normalised(std::string_view path, std::string_view literal) {
  std::string out;
  for (std::size_t i = 0; i < path.size() && out.size() < kLongestPath; ++i) {
    const char c = path[i];
    if (c == '%' && i + 2 < path.size() && hex_value(path[i + 1]) >= 0 &&
        hex_value(path[i + 2]) >= 0) {
      const char octet = static_cast<char>(hex_value(path[i + 1]) * 16 + hex_value(path[i + 2]));
      if (is_unreserved(octet)) {
        out += octet;
      } else {
        add_escaped(out, octet);
      }
      i += 2;
    } else if (static_cast<unsigned char>(c) >= 0x80 || literal.find(c) != std::string_view::npos) {
      add_escaped(out, c);
    } else {
      out += c;
    }
  }
  return out;
}

/// A rule's path; "*" stays, and "$" where it stands at the end.
std::string pattern_of(std::string_view value) {
  const bool anchored = value.ends_with('$');
  if (anchored) value.remove_suffix(1);
  return normalised(value, "$") + (anchored ? "$" : "");
}

/// Whether `pattern` matches the beginning of `path`, or the whole where it ends in "$". Each piece
/// between stars is taken at its first place, so the time is that of the searches alone.
bool matches(std::string_view pattern, std::string_view path) {
  const bool anchored = pattern.ends_with('$');
  if (anchored) pattern.remove_suffix(1);
  const auto pieces = split(pattern, '*');
  if (!path.starts_with(pieces.front())) return false;
  std::size_t at = pieces.front().size();
  if (pieces.size() == 1) return !anchored || at == path.size();
  for (std::size_t i = 1; i + 1 < pieces.size(); ++i) {
    at = path.find(pieces[i], at);
    if (at == std::string_view::npos) return false;
    at += pieces[i].size();
  }
  const auto last = pieces.back();
  if (!anchored) return path.find(last, at) != std::string_view::npos;
  return path.size() >= at + last.size() && path.ends_with(last);
}

/// The product token at the beginning of a user-agent line's value (RFC 9309 §2.2.1): "hagaki" of
/// "hagaki/1.0".
std::string_view token_of(std::string_view value) {
  if (value.starts_with('*')) return value.substr(0, 1);
  std::size_t n = 0;
  while (n < value.size() && (is_alpha(value[n]) || value[n] == '-' || value[n] == '_')) ++n;
  return value.substr(0, n);
}

std::optional<std::chrono::milliseconds> read_delay(std::string_view value) {
  double seconds = 0;
  const auto read = std::from_chars(value.begin(), value.end(), seconds);
  if (read.ec != std::errc() || read.ptr != value.end() || !(seconds >= 0)) return std::nullopt;
  const auto most = static_cast<double>(Robots::kLongestDelay.count());
  return std::chrono::milliseconds(std::llround(std::min(seconds, most) * 1000));
}

}  // namespace

/// What was said to the robots of one kind.
struct Robots::Group {
  bool any = false;
  std::vector<Rule> rules;
  std::optional<std::chrono::milliseconds> delay;
};

Robots Robots::forbid_all() {
  Robots out;
  out.rules_.push_back({false, "/"});
  return out;
}

Robots Robots::parse(std::string_view text, std::string_view agent) {
  text = text.substr(0, kMostBytes);
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  Group ours;
  Group others;
  bool for_us = false;
  bool for_all = false;
  bool naming = false;  // the line before named a robot too
  while (!text.empty()) {
    const auto end = std::min(text.find_first_of("\r\n"), text.size());
    auto line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    line = trim(line.substr(0, line.find('#')));
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    const auto key = ascii_lower(trim(line.substr(0, colon)));
    const auto value = trim(line.substr(colon + 1));
    if (key == "user-agent") {
      if (!naming) for_us = for_all = false;
      naming = true;
      for_us = for_us || ascii_iequals(token_of(value), agent);
      for_all = for_all || token_of(value) == "*";
      ours.any = ours.any || for_us;
      others.any = others.any || for_all;
      continue;
    }
    const bool rule = key == "allow" || key == "disallow";
    const auto pause = key == "crawl-delay" ? read_delay(value) : std::nullopt;
    // Other lines (Sitemap, RFC 9309 §2.2.4) are no part of a group and do not end one.
    if (!rule && key != "crawl-delay") continue;
    if (rule) naming = false;
    for (auto* group : {for_us ? &ours : nullptr, for_all ? &others : nullptr}) {
      if (!group) continue;
      if (rule && !value.empty()) group->rules.push_back({key == "allow", pattern_of(value)});
      if (pause) group->delay = std::max(group->delay.value_or(*pause), *pause);
    }
  }
  Group& group = ours.any ? ours : others;
  Robots out;
  out.rules_ = std::move(group.rules);
  out.delay_ = group.delay;
  return out;
}

bool Robots::allows(std::string_view target) const {
  if (target == "/robots.txt") return true;
  const auto path = normalised(target, "*$");
  bool allowed = true;
  std::size_t longest = 0;
  for (const auto& rule : rules_) {
    if (rule.pattern.size() < longest || !matches(rule.pattern, path)) continue;
    allowed = rule.pattern.size() > longest ? rule.allow : allowed || rule.allow;
    longest = rule.pattern.size();
  }
  return allowed;
}

}  // namespace hagaki::web
