#include "harvest/page.h"

#include <algorithm>
#include <cstddef>
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
constexpr char kSeam = '\x1F';  ///< in a block's text: an element within the line begins or ends

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

/// Whether `bytes`, whose last character may be cut, can be text of the charset `name`.
bool is_written_in(std::string_view bytes, std::string_view name) {
  // ISO-2022-JP shifts by an ESC that no page of another charset holds.
  if (bytes.find("\x1b$") != std::string_view::npos) return ascii_ifind(name, "2022") < name.size();
  for (std::size_t cut = 0; cut < 4 && cut <= bytes.size(); ++cut) {
    if (mime::to_utf8(bytes.substr(0, bytes.size() - cut), name)) return true;
  }
  return false;
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

/// The addresses of a block whose elements meet at seams, in its order. Labels often stand before
/// an address without a blank, parted from it by their style alone, and tags may stand within one:
/// what is whole between two seams is one, unless the text goes on beyond the seam.
std::vector<std::string> addresses_between_seams(std::string_view block) {
  std::string joined(block);
  std::erase(joined, kSeam);
  auto found = find_addresses(joined);
  if (joined.size() == block.size()) return found;
  for (const auto piece : split(block, kSeam)) {
    for (auto& part : find_addresses(piece)) {
      const auto holds = std::find_if(found.begin(), found.end(), [&](const std::string& whole) {
        return whole.starts_with(part) || whole.ends_with(part);
      });
      if (holds == found.end()) {
        found.push_back(std::move(part));
      } else if (holds->size() > part.size() && holds->ends_with(part) &&
                 is_alnum((*holds)[holds->size() - part.size() - 1])) {
        *holds = std::move(part);
      }
    }
  }
  return found;
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
    meet(element);
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
    meet(element);
  }
  void text(std::string_view text) override {
    if (in_title_) {
      title += text;
      return;
    }
    block_ += text;
    // None of its own: what a page means by one is nothing that is shown.
    std::replace(block_.end() - static_cast<std::ptrdiff_t>(text.size()), block_.end(), kSeam, ' ');
  }

  void end_block() {
    auto shown = tidy(block_);
    block_.clear();
    if (shown.empty()) return;
    for (auto& email : addresses_between_seams(shown)) add(std::move(email));
    std::erase(shown, kSeam);
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

  void meet(const html::Element& element) {
    if (html::parts_words(element.name)) {
      end_block();
    } else if (element.name != "wbr") {
      block_ += kSeam;
    }
  }

  bool in_title_ = false;
  std::string block_;
  std::unordered_set<std::string> seen_;
};

}  // namespace

std::string decode_page(std::string_view bytes, std::string_view charset) {
  constexpr std::pair<std::string_view, const char*> kMarks[] = {
      {"\xEF\xBB\xBF", "utf-8"}, {"\xFF\xFE", "utf-16le"}, {"\xFE\xFF", "utf-16be"}};
  for (const auto& [mark, name] : kMarks) {
    if (bytes.starts_with(mark)) return mime::to_utf8_lossy(bytes.substr(mark.size()), name);
  }
  std::string said(charset);
  if (!mime::is_known_charset(said)) said = meta_charset(bytes);
  // What is read as ASCII to find this cannot be UTF-16 (WHATWG HTML §13.2.3.2).
  if (charset.empty() && ascii_istarts_with(said, "utf-16")) said = "utf-8";
  if (!said.empty() && is_written_in(bytes, said)) return mime::to_utf8_lossy(bytes, said);
  const auto seen = detect_encoding(bytes);
  if (!seen.empty() && (said.empty() || mime::to_utf8(bytes, seen))) said = seen;
  return mime::to_utf8_lossy(bytes, said.empty() ? "utf-8" : said);
}

Result<Page> read_page(std::string_view html, const NoAdsNotices& notices) {
  Page page;
  Collector collector;
  if (const auto walked = html::walk(html, collector); !walked) {
    return tl::unexpected(walked.error());
  }
  collector.end_block();
  collector.add_resigned();
  page.title = utf8_prefix(tidy(collector.title), kLongestTitle);
  page.addresses = std::move(collector.found);
  if (page.addresses.empty() || !notices.stands_in(page.title + "\n" + collector.text_shown)) {
    return page;
  }
  for (auto& address : page.addresses) address.no_ads_notice = true;
  return page;
}

}  // namespace hagaki::harvest
