#include "preflight/url.h"

#include <algorithm>
#include <array>

#include "address/domain.h"
#include "address/public_suffix.h"
#include "base/text.h"
#include "dns/ip.h"

namespace hagaki::preflight {
namespace {

constexpr std::size_t kMostUrls = 1000;

/// Endings of files that are top-level domains as well.
constexpr std::array<std::string_view, 14> kFileEndings = {
    "zip", "mov", "md", "py", "rs", "sh", "pl", "cc", "ai", "ps", "app", "so", "do", "id"};

/// What ends a URL in running text, besides bytes of other scripts' marks.
bool ends_word(char c) {
  static constexpr std::string_view kEnds = " \t\r\n<>\"'()[]{}|\\^`,;";
  return kEnds.find(c) != std::string_view::npos;
}

/// The number at the end of a text: "0x7f", "017", "192" as browsers read parts of IPv4 hosts.
bool is_number(std::string_view s) {
  if (s.empty()) return false;
  if (s.size() > 1 && s[0] == '0' && (s[1] == 'x' || s[1] == 'X')) {
    return std::all_of(s.begin() + 2, s.end(), [](char c) { return hex_value(c) >= 0; });
  }
  return std::all_of(s.begin(), s.end(), is_digit);
}

/// The notations of an IPv4 address that browsers take: one to four numbers (WHATWG URL).
bool is_ipv4(std::string_view host) {
  if (host.ends_with('.')) host.remove_suffix(1);
  const auto labels = split(host, '.');
  return labels.size() <= 4 && std::all_of(labels.begin(), labels.end(), is_number);
}

/// A name of a top-level domain that exists, and not that domain itself.
bool has_known_top(std::string_view name) {
  const std::string_view top = name.substr(name.rfind('.') + 1);
  if (top == "test" || top == "example") return true;
  return is_registry_suffix(top) && !is_registry_suffix(name);
}

/// The ASCII that `s` begins with.
std::string_view ascii_begin(std::string_view s) {
  const auto end =
      std::find_if(s.begin(), s.end(), [](char c) { return static_cast<unsigned char>(c) >= 128; });
  return s.substr(0, static_cast<std::size_t>(end - s.begin()));
}

/// A host without scheme: "www.example.jp/spring" → "www.example.jp"; empty where it is none.
/// `alone`: nothing else is said.
std::string bare_host(std::string_view word, bool alone) {
  const bool shown_as_host =
      alone || ascii_istarts_with(word, "www.") || word.find('/') != std::string_view::npos;
  if (!shown_as_host) return {};
  word = word.substr(0, word.find_first_of("/?#:"));
  while (word.ends_with('.')) word.remove_suffix(1);
  if (word.find('.') == std::string_view::npos || word.find('@') != std::string_view::npos) {
    return {};
  }
  const auto domain = Domain::parse(word);
  if (!domain || domain->is_literal()) return {};
  const std::string& name = domain->ascii();
  const std::string top = name.substr(name.rfind('.') + 1);
  const bool file = std::find(kFileEndings.begin(), kFileEndings.end(), top) != kFileEndings.end();
  if (file && !name.starts_with("www.")) return {};
  return has_known_top(name) ? name : std::string();
}

}  // namespace

std::optional<Url> parse_url(std::string_view url) {
  url = trim(url);
  const auto colon = url.find("://");
  if (colon == std::string_view::npos) return std::nullopt;
  const auto scheme = url.substr(0, colon);
  if (!ascii_iequals(scheme, "http") && !ascii_iequals(scheme, "https")) return std::nullopt;
  std::string_view authority = url.substr(colon + 3);
  authority = authority.substr(0, authority.find_first_of("/?#\\"));
  Url out;
  if (const auto at = authority.rfind('@'); at != std::string_view::npos) {
    out.userinfo = true;
    authority.remove_prefix(at + 1);
  }
  if (authority.starts_with('[')) {
    const auto ip = dns::parse_ip(authority.substr(1, authority.find(']') - 1));
    if (!ip) return std::nullopt;
    out.host = ip->text();
    out.is_ip = true;
    return out;
  }
  authority = authority.substr(0, authority.find(':'));
  if (is_ipv4(authority)) {
    out.host = authority;
    out.is_ip = true;
    return out;
  }
  const auto domain = Domain::parse(authority);
  if (!domain || domain->ascii().find('.') == std::string::npos) return std::nullopt;
  out.host = domain->ascii();
  return out;
}

std::vector<std::string_view> urls_in(std::string_view text) {
  std::vector<std::string_view> out;
  std::size_t at = 0;
  while (out.size() < kMostUrls && (at = ascii_ifind(text, "http", at)) != std::string_view::npos) {
    const auto rest = text.substr(at);
    if (!ascii_istarts_with(rest, "http://") && !ascii_istarts_with(rest, "https://")) {
      at += 4;
      continue;
    }
    std::size_t end = 0;
    // A URL in a Japanese text ends where the Japanese goes on.
    while (end < rest.size() && !ends_word(rest[end]) &&
           static_cast<unsigned char>(rest[end]) < 128) {
      ++end;
    }
    out.push_back(rest.substr(0, end));
    at += end;
  }
  return out;
}

std::vector<std::string> hosts_in(std::string_view words) {
  std::vector<std::string> out;
  std::string_view all = words;
  while (!all.empty() && ends_word(all.front())) all.remove_prefix(1);
  while (!all.empty() && (ends_word(all.back()) || all.back() == '.')) all.remove_suffix(1);
  while (!words.empty()) {
    std::size_t end = 0;
    while (end < words.size() && !ends_word(words[end])) ++end;
    std::string_view word = words.substr(0, end);
    words.remove_prefix(std::min(end + 1, words.size()));
    if (const auto url = ascii_ifind(word, "http"); url != std::string_view::npos) {
      const std::string_view from = word.substr(url);
      auto parsed = parse_url(from);
      // The host may be of another script, or what touches it.
      if (parsed && !parsed->is_ip && !has_known_top(parsed->host)) {
        parsed = parse_url(ascii_begin(from));
      }
      if (parsed) {
        out.push_back(parsed->host);
        continue;
      }
    }
    // Without blanks between words a name begins where ASCII does.
    while (!word.empty()) {
      std::string_view name = ascii_begin(word);
      std::size_t size = name.size();
      while (name.ends_with('.')) name.remove_suffix(1);
      if (auto host = bare_host(name, name == all); !host.empty()) out.push_back(std::move(host));
      while (size < word.size() && static_cast<unsigned char>(word[size]) >= 128) ++size;
      word.remove_prefix(size);
    }
    if (out.size() >= kMostUrls) break;
  }
  return out;
}

}  // namespace hagaki::preflight
