#include "web/page_links.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "base/text.h"
#include "html/walk.h"

namespace hagaki::web {
namespace {

/// Whether `word` is among the words of `list`, parted by blanks or commas.
bool has_word(std::string_view list, std::string_view word) {
  std::size_t at = 0;
  while (at < list.size()) {
    const auto end = std::min(list.find_first_of(" \t\r\n\f,", at), list.size());
    if (ascii_iequals(list.substr(at, end - at), word)) return true;
    at = end + 1;
  }
  return false;
}

class Finder : public html::Visitor {
 public:
  bool enter(const html::Element& element) override {
    if (element.name == "meta") {
      const auto name = element.value("name");
      const bool ours = ascii_iequals(name, "robots") || ascii_iequals(name, "hagaki");
      const auto content = element.value("content");
      if (ours && (has_word(content, "nofollow") || has_word(content, "none"))) nofollow = true;
    } else if (element.name == "base") {
      // The first one that has a URL counts (WHATWG HTML §4.2.3).
      if (found.base.empty()) found.base = html::url_of(element.value("href"));
    } else if (element.name == "a" || element.name == "area") {
      if (has_word(element.value("rel"), "nofollow")) return true;
      auto url = html::url_of(element.value("href"));
      url.resize(std::min(url.find('#'), url.size()));
      if (!url.empty() && seen.insert(url).second) found.links.push_back(std::move(url));
    }
    return true;
  }
  void leave(const html::Element&) override {}
  void text(std::string_view) override {}

  PageLinks found;
  bool nofollow = false;

 private:
  std::unordered_set<std::string> seen;
};

}  // namespace

Result<PageLinks> page_links(std::string_view html) {
  Finder finder;
  if (auto done = html::walk(html, finder); !done) return tl::unexpected<Error>(done.error());
  if (finder.nofollow) finder.found.links.clear();
  return std::move(finder.found);
}

}  // namespace hagaki::web
