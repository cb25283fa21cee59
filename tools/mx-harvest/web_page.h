#pragma once

#include "base/result.h"
#include "row.h"
#include "web/page_links.h"
#include "web/polite_fetcher.h"

/// What a page that was fetched holds for us.
struct WebPage {
  std::vector<Row> rows;
  hagaki::web::PageLinks links;
};

/// Reads a page: HTML or plain text, in the charset of its header, its byte order mark or its own
/// word. Links are looked for where `wants_links`. Error::Unsupported where it is something else.
hagaki::Result<WebPage> read_web_page(const hagaki::web::PoliteFetcher::Fetched& page,
                                      bool wants_links, const Settings& settings);
