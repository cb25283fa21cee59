#include "dsn/received.h"

#include <algorithm>
#include <utility>

#include "base/ascii.h"
#include "base/text.h"

namespace hagaki::dsn {
namespace {

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/// "[192.0.2.1]", "[IPv6:2001:db8::1]", "[192.0.2.1]:4711", "192.0.2.1", "user@192.0.2.1".
std::optional<dns::IpAddress> address_in(std::string_view word) {
  if (const auto open = word.find('['); open != std::string_view::npos) {
    word.remove_prefix(open + 1);
    word = word.substr(0, word.find(']'));
    if (ascii_istarts_with(word, "ipv6:")) word.remove_prefix(5);
  } else {
    if (const auto at = word.rfind('@'); at != std::string_view::npos) word.remove_prefix(at + 1);
    while (!word.empty() && (word.back() == ',' || word.back() == ';')) word.remove_suffix(1);
  }
  const auto ip = dns::parse_ip(word);
  return ip ? std::optional(dns::unmapped(*ip)) : std::nullopt;
}

/// What the client calls itself, as servers repeat it in comments.
bool says_helo(std::string_view word) {
  return ascii_istarts_with(word, "helo=") || ascii_istarts_with(word, "ehlo=") ||
         ascii_istarts_with(word, "ident=") || ascii_istarts_with(word, "port=");
}

/// The from-clause's words, one after another, and how deep in comments they stand.
class FromClause {
 public:
  explicit FromClause(std::string_view text) : rest_(text) {}

  bool next(std::string_view& word, int& depth) {
    while (!rest_.empty()) {
      const char c = rest_.front();
      if (c == '(') ++depth_;
      if (c == ')') depth_ = std::max(depth_ - 1, 0);
      if (c != '(' && c != ')' && !is_blank(c)) break;
      rest_.remove_prefix(1);
    }
    if (rest_.empty()) return false;
    word = rest_.substr(0, length());
    rest_.remove_prefix(word.size());
    depth = depth_;
    return true;
  }

 private:
  /// Of the word that begins here: a quoted string is one, whatever stands in it.
  [[nodiscard]] std::size_t length() const {
    bool quoted = false;
    for (std::size_t i = 0; i < rest_.size(); ++i) {
      const char c = rest_[i];
      if (c == '"') quoted = !quoted;
      if (quoted && c == '\\') ++i;
      if (!quoted && (c == '(' || c == ')' || is_blank(c))) return i;
    }
    return rest_.size();
  }

  std::string_view rest_;
  int depth_ = 0;
};

}  // namespace

std::optional<dns::IpAddress> sending_address(std::string_view field) {
  FromClause clause(field);
  std::string_view word;
  int depth = 0;
  if (!clause.next(word, depth) || !ascii_iequals(word, "from")) return std::nullopt;
  std::optional<dns::IpAddress> said_in_helo;
  bool after_helo = false;
  bool first = true;
  while (clause.next(word, depth)) {
    // The first word is what the client calls itself, be it "by".
    const bool is_name = std::exchange(first, false) && depth == 0;
    if (depth == 0 && !is_name && (ascii_iequals(word, "by") || word.back() == ';')) break;
    // "(HELO [10.0.0.1])": the word behind belongs to it.
    if (ascii_iequals(word, "helo") || ascii_iequals(word, "ehlo")) {
      after_helo = true;
      continue;
    }
    if (std::exchange(after_helo, false) || says_helo(word)) continue;
    const auto address = address_in(word);
    if (!address) continue;
    if (depth > 0) return address;
    if (!said_in_helo) said_in_helo = address;
  }
  return said_in_helo;
}

std::vector<dns::IpAddress> sending_addresses(const mime::Headers& headers) {
  std::vector<dns::IpAddress> out;
  for (const auto& field : headers.fields()) {
    if (!ascii_iequals(field.name, "received")) continue;
    const auto address = sending_address(field.value);
    if (address && std::find(out.begin(), out.end(), *address) == out.end()) {
      out.push_back(*address);
    }
  }
  return out;
}

}  // namespace hagaki::dsn
