#include "harvest/page.h"

#include <unordered_set>
#include <utility>

#include "base/ascii.h"
#include "base/text.h"
#include "base/utf8.h"
#include "harvest/encoding.h"
#include "harvest/find_addresses.h"
#include "harvest/mailto.h"
#include "html/text.h"
#include "html/walk.h"
#include "mime/charset.h"

namespace hagaki::harvest {
namespace {

constexpr std::size_t kLongestTitle = 300;

/// The charset that a page names for itself in its first kilobyte, as browsers look for it (WHATWG
/// HTML §13.2.3.2).
std::string_view meta_charset(std::string_view page) {
  page = page.substr(0, 1024);
  for (auto at = ascii_ifind(page, "charset"); at != std::string_view::npos;
       at = ascii_ifind(page, "charset", at + 1)) {
    auto rest = trim(page.substr(at + 7));
    if (!rest.starts_with('=')) continue;
    rest = trim(rest.substr(1));
    if (rest.starts_with('"') || rest.starts_with('\'')) rest.remove_prefix(1);
    const auto name = rest.substr(0, rest.find_first_of("\"'> ;/\t\r\n"));
    if (mime::is_known_charset(name)) return name;
  }
  return {};
}

/// `text` without characters that show nothing, and its blanks one each.
std::string tidy(std::string_view text) {
  std::string out;
  for (std::size_t pos = 0; pos < text.size();) {
    const std::size_t begin = pos;
    const char32_t c = next_character(text, pos);
    if (is_invisible(c)) continue;
    if (c < 0x80 && is_white(static_cast<char>(c))) {
      if (!out.empty() && out.back() != ' ') out += ' ';
    } else {
      out.append(text, begin, pos - begin);
    }
  }
  return std::string(trim(out));
}

/// Whether an element shows its text in another order than it is written.
bool is_turned(const html::Element& element) {
  const auto style = element.value("style");
  return ascii_ifind(style, "bidi-override") != std::string_view::npos || element.name == "bdo";
}

bool is_unread(std::string_view name) {
  return name == "script" || name == "style" || name == "template" || name == "noscript";
}

/// Collects what a page shows, with the people of its links where the links stand.
class Collector : public html::Visitor {
 public:
  bool enter(const html::Element& element) override {
    if (is_unread(element.name) || html::is_hidden(element) || is_turned(element)) return false;
    if (element.name == "title") in_title_ = true;
    if (html::parts_words(element.name)) end_block();
    if (element.name == "a" || element.name == "area") {
      for (auto& email : mailto_addresses(html::url_of(element.value("href")))) {
        add(std::move(email));
      }
    }
    if (element.name == "img" || element.name == "area") block_ += element.value("alt");
    return true;
  }
  void leave(const html::Element& element) override {
    if (element.name == "title") in_title_ = false;
    if (html::parts_words(element.name)) end_block();
  }
  void text(std::string_view text) override {
    if (in_title_) {
      title += text;
      return;
    }
    block_ += text;
  }

  void end_block() {
    const auto shown = tidy(block_);
    block_.clear();
    if (shown.empty()) return;
    for (auto& email : find_addresses(shown)) add(std::move(email));
    text_shown += shown;
    text_shown += '\n';
  }

  /// What the page tells in one place how to read in another.
  void add_resigned() {
    for (auto& email : find_resigned_addresses(text_shown)) add(std::move(email));
  }

  std::string title;
  std::string text_shown;
  std::vector<PageAddress> found;

 private:
  void add(std::string email) {
    if (seen_.insert(ascii_lower(email)).second) found.push_back({std::move(email)});
  }

  bool in_title_ = false;
  std::string block_;
  std::unordered_set<std::string> seen_;
};

/// A page that cannot be read as one: its text with a gap for each tag.
std::string without_tags(std::string_view html) {
  std::string out;
  out.reserve(html.size());
  bool tag = false;
  for (const char c : html) {
    if (c == '<') tag = true;
    out += tag ? ' ' : c;
    if (c == '>') tag = false;
  }
  return out;
}

}  // namespace

std::string decode_page(std::string_view bytes, std::string_view charset) {
  std::string encoding;
  for (const auto& [mark, name] :
       {std::pair<std::string_view, const char*>{"\xEF\xBB\xBF", "utf-8"},
        {"\xFF\xFE", "utf-16le"},
        {"\xFE\xFF", "utf-16be"}}) {
    if (!encoding.empty() || !bytes.starts_with(mark)) continue;
    encoding = name;
    bytes.remove_prefix(mark.size());
  }
  if (encoding.empty() && mime::is_known_charset(charset)) encoding = charset;
  if (encoding.empty()) encoding = meta_charset(bytes);
  if (encoding.empty()) encoding = detect_encoding(bytes);
  return mime::to_utf8_lossy(bytes, encoding.empty() ? "utf-8" : encoding);
}

Result<Page> read_page(std::string_view html, const NoAdsNotices& notices) {
  Page page;
  Collector collector;
  if (html::walk(html, collector)) {
    collector.end_block();
    collector.add_resigned();
    page.title = utf8_prefix(tidy(collector.title), kLongestTitle);
    page.addresses = std::move(collector.found);
  } else {
    collector.text_shown = without_tags(html);
    std::unordered_set<std::string> seen;
    for (auto& email : find_addresses(collector.text_shown)) {
      if (seen.insert(ascii_lower(email)).second) page.addresses.push_back({std::move(email)});
    }
  }
  if (page.addresses.empty() || !notices.stands_in(page.title + "\n" + collector.text_shown)) {
    return page;
  }
  for (auto& address : page.addresses) address.no_ads_notice = true;
  return page;
}

}  // namespace hagaki::harvest
