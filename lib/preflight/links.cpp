#include "preflight/links.h"

#include "address/public_suffix.h"
#include "base/text.h"
#include "preflight/tables.h"
#include "preflight/url.h"

namespace hagaki::preflight {
namespace {

constexpr std::size_t kShownUrl = 100;

std::string shown(std::string_view url) {
  return printable(squeeze(utf8_prefix(url, kShownUrl)));
}

/// True for what begins with a scheme (RFC 3986 §3.1) that the reader's programs may know: mailto,
/// tel, an app's own; not for those of the web, and not for a file of the sender's.
bool is_other_scheme(std::string_view href) {
  const auto colon = href.find(':');
  if (colon == std::string_view::npos || colon == 0 || !is_alpha(href.front())) return false;
  const auto scheme = href.substr(0, colon);
  for (const char c : scheme) {
    if (!is_alnum(c) && c != '+' && c != '-' && c != '.') return false;
  }
  return !ascii_iequals(scheme, "http") && !ascii_iequals(scheme, "https") &&
         !ascii_iequals(scheme, "file");
}

void check_url(const Subject& subject, std::string_view text, const Url& url) {
  if (url.is_ip) subject.found("link-ip", shown(text));
  if (url.userinfo) subject.found("link-userinfo", shown(text));
  if (url.is_ip) return;
  std::string_view name = url.host;
  if (name.starts_with("www.")) name.remove_prefix(4);
  if (is_listed(Table::Shortener, name)) subject.found("link-shortener", shown(text));
}

bool same_owner(const std::string& a, const std::string& b) {
  if (a == b) return true;
  const std::string owner = registrable_domain(a);
  return !owner.empty() && owner == registrable_domain(b);
}

void check_link(const Subject& subject, const HtmlFacts::Link& link) {
  const std::string_view href = link.href;
  if (has_placeholder(subject.context, href)) return;
  const auto url = parse_url(href);
  if (!url) {
    // A place in the same message is fine, a link without its target is not.
    const bool anchor = href.starts_with('#') && href.size() > 1;
    if (!anchor && !is_other_scheme(href)) subject.found("bad-link", shown(href));
    return;
  }
  check_url(subject, href, *url);
  for (const std::string& host : hosts_in(link.words)) {
    if (!has_placeholder(subject.context, host) && !same_owner(host, url->host)) {
      subject.found("link-mismatch", printable(host) + " leads to " + printable(url->host));
    }
  }
}

}  // namespace

void check_links(const Subject& subject, std::string_view plain, const HtmlFacts& facts) {
  for (const HtmlFacts::Link& link : facts.links) check_link(subject, link);
  for (const std::string_view text : urls_in(plain)) {
    if (has_placeholder(subject.context, text)) continue;
    if (const auto url = parse_url(text)) check_url(subject, text, *url);
  }
}

}  // namespace hagaki::preflight
