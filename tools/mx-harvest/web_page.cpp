#include "web_page.h"

#include <unordered_set>
#include <utility>

#include "base/text.h"
#include "harvest/find_addresses.h"
#include "harvest/page.h"
#include "harvest/recipient.h"

using namespace hagaki;

namespace {

enum class Kind { Html, Text, Other };

/// What the server says it is; where it says nothing, what it looks like.
Kind kind_of(const net::WebAnswer& answer) {
  const auto& type = answer.media_type;
  if (type == "text/html" || type == "application/xhtml+xml") return Kind::Html;
  if (type == "text/plain") return Kind::Text;
  if (!type.empty()) return Kind::Other;
  return trim(std::string_view(answer.body).substr(0, 1024)).starts_with('<') ? Kind::Html
                                                                              : Kind::Text;
}

}  // namespace

Result<WebPage> read_web_page(const web::PoliteFetcher::Fetched& page, bool wants_links,
                              const Settings& settings) {
  const auto kind = kind_of(page.answer);
  if (kind == Kind::Other) {
    return fail(ErrorCode::Unsupported,
                "it is " + printable(page.answer.media_type) + ", which is not read as a page",
                page.url.text);
  }
  const auto text = harvest::decode_page(page.answer.body, page.answer.charset);
  harvest::Page found;
  if (kind == Kind::Html) {
    auto read = harvest::read_page(text, settings.no_ads);
    if (!read) return fail(read.error().code, read.error().message, page.url.text);
    found = std::move(*read);
  } else {
    const bool notice = settings.no_ads.stands_in(text);
    for (auto& address : harvest::find_addresses(text)) {
      found.addresses.push_back({std::move(address), notice});
    }
  }
  WebPage out;
  std::unordered_set<std::string> seen;
  for (const auto& address : found.addresses) {
    auto recipient = harvest::bare_recipient(address.email, settings.consent);
    if (!recipient || !seen.insert(ascii_lower(recipient->email)).second) continue;
    out.rows.push_back(
        row_of(*recipient, page.url.text, settings,
               {.method = "web", .title = found.title, .no_ads_notice = address.no_ads_notice}));
  }
  if (wants_links && kind == Kind::Html) {
    // A page that is too deep for links has none.
    if (auto links = web::page_links(text)) out.links = std::move(*links);
  }
  return out;
}
