#include "rules/mistyped.h"

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <vector>

#include <toml++/toml.h>

#include "base/embedded.h"
#include "base/text.h"
#include "harvest/public_suffix.h"
#include "rules/one_width.h"

HAGAKI_EMBEDDED(mail_domains_toml)

namespace hagaki::rules {
namespace {

/// Names of fewer letters than this have too many neighbours that are real ("live", "life").
constexpr std::size_t kShortName = 5;

struct Table {
  std::vector<std::string> typed;            ///< domains that others are compared with
  std::set<std::string, std::less<>> known;  ///< these, and what must not be taken for a mistake
  std::map<std::string, std::string, std::less<>> meant;
};

Table read_table() {
  const toml::table root = toml::parse(embedded::mail_domains_toml);
  Table out;
  for (const auto& node : *root["domains"].as_array()) {
    out.typed.push_back(node.value_or(std::string()));
  }
  out.known.insert(out.typed.begin(), out.typed.end());
  for (const auto& node : *root["others"].as_array()) {
    out.known.insert(node.value_or(std::string()));
  }
  for (const auto& [wrong, right] : *root["mistakes"].as_table()) {
    out.meant.emplace(wrong.str(), right.value_or(std::string()));
  }
  return out;
}

const Table& table() {
  static const Table kTable = read_table();
  return kTable;
}

/// Whether one insertion, deletion, substitution or exchange of neighbours makes `a` into `b`.
/// They differ.
bool one_edit(std::string_view a, std::string_view b) {
  if (a.size() > b.size()) std::swap(a, b);
  if (b.size() - a.size() > 1) return false;
  const auto first = std::mismatch(a.begin(), a.end(), b.begin());
  const auto at = static_cast<std::size_t>(first.first - a.begin());
  if (a.size() < b.size()) return a.substr(at) == b.substr(at + 1);
  if (a.substr(at + 1) == b.substr(at + 1)) return true;
  return at + 1 < a.size() && a[at] == b[at + 1] && a[at + 1] == b[at] &&
         a.substr(at + 2) == b.substr(at + 2);
}

/// Whether the domain has a label so long that a neighbour of it is hardly somebody's own.
bool long_name(std::string_view domain) {
  const auto labels = split(domain, '.');
  return std::any_of(labels.begin(), labels.end(),
                     [](std::string_view label) { return label.size() >= kShortName; });
}

/// `text` in ASCII where full-width forms stand for it.
std::string narrow(std::string_view text) {
  std::string out = one_width(text);
  for (const std::string_view stop : {"。", "．", "｡"}) {
    for (auto at = out.find(stop); at != std::string::npos; at = out.find(stop, at)) {
      out.replace(at, stop.size(), ".");
    }
  }
  return out;
}

}  // namespace

std::optional<Mistyped> mistyped_domain(std::string_view domain) {
  const Table& known = table();
  if (domain.empty() || domain.front() == '[' || known.known.contains(domain)) return std::nullopt;
  const auto found = [&](const std::string& right) {
    return Mistyped{right, !harvest::is_mail_domain(domain)};
  };
  if (const auto named = known.meant.find(domain); named != known.meant.end()) {
    return found(named->second);
  }
  const bool impossible = !harvest::is_mail_domain(domain);
  for (const auto& right : known.typed) {
    if (one_edit(domain, right) && (impossible || long_name(right))) return found(right);
  }
  return std::nullopt;
}

std::string mended_spelling(std::string_view spec) {
  if (!is_utf8(spec)) return {};
  std::string text = narrow(trim(spec));
  constexpr std::string_view kAround = ".,;:<>()[]\"' \t";
  const auto at = text.find('@');
  if (at == std::string::npos) return {};
  std::string local(trim(std::string_view(text).substr(0, at)));
  std::string_view rest = std::string_view(text).substr(at + 1);
  while (!rest.empty() && (rest.front() == '@' || rest.front() == '.' || is_white(rest.front()))) {
    rest.remove_prefix(1);
  }
  while (!rest.empty() && kAround.find(rest.back()) != std::string_view::npos) {
    rest.remove_suffix(1);
  }
  std::string domain;
  for (const char c : rest) {
    if (c == '@') return {};
    const char meant = c == ',' ? '.' : c;
    if (meant == '.' && !domain.empty() && domain.back() == '.') continue;
    domain += meant;
  }
  const std::string out = local + "@" + domain;
  if (out == spec || !Address::parse(out)) return {};
  return out;
}

}  // namespace hagaki::rules
