#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "harvest/no_ads.h"

namespace hagaki::harvest {

/// A page's bytes as UTF-8: in the encoding of its byte order mark, else in `charset` (of the HTTP
/// header; may be empty), else in what it says of itself in its first kilobyte, else as detected.
/// What is said counts as long as the bytes can be that. What cannot be read becomes U+FFFD.
std::string decode_page(std::string_view bytes, std::string_view charset);

/// Somebody that a page names.
struct PageAddress {
  std::string email;
  /// The page asks for no advertising mail, wherever on it that stands.
  bool no_ads_notice = false;
};

/// What a page holds for us.
struct Page {
  std::string title;
  std::vector<PageAddress> addresses;  ///< in the page's order, each once
};

/// Reads `html` (UTF-8) as a person sees it: addresses in its text, also where tags stand within
/// them or "[at]" for the sign, and in mailto: links. What is hidden, or written so that no
/// collector may find it (by script, backwards), is left alone. A page that is longer or deeper
/// than browsers are meant to read is read as a text whose tags are gaps.
Result<Page> read_page(std::string_view html, const NoAdsNotices& notices);

}  // namespace hagaki::harvest
