#include "html/references.h"

#include <algorithm>
#include <optional>

#include "base/ascii.h"
#include "base/text.h"
#include "html/walk.h"

namespace hagaki::html {
namespace {

/// A path, not a URL with a scheme or a host, not a place in the page, nothing to be merged.
bool is_relative(std::string_view url) {
  if (url.empty() || url.starts_with('#') || url.starts_with("//")) return false;
  if (url.find("{{") != std::string_view::npos) return false;
  const std::size_t colon = url.find(':');
  return colon == std::string_view::npos ||
         url.substr(0, colon).find('/') != std::string_view::npos;
}

/// A part of an attribute's source with "&" for the reference that its URLs are written with.
std::string with_ampersands(std::string_view source) {
  constexpr std::string_view kReference = "&amp;";
  std::string out;
  for (std::size_t at = 0; at < source.size(); ++at) {
    out += source[at];
    if (source.substr(at).starts_with(kReference)) at += kReference.size() - 1;
  }
  return out;
}

class Finder : public Visitor {
 public:
  explicit Finder(std::string_view source) : source_(source) {}

  bool enter(const Element& element) override {
    for (const Attribute& attribute : element.attributes) {
      if (attribute.begin == attribute.end) continue;
      const bool picture =
          (attribute.name == "src" && (element.name == "img" || element.name == "input")) ||
          attribute.name == "background";
      if (picture) {
        take(attribute.begin, attribute.end, trim(attribute.value));
      } else if (attribute.name == "style") {
        take_urls(attribute.begin, attribute.end);
      }
    }
    return true;
  }
  void leave(const Element&) override {}
  void text(std::string_view) override {}

  std::vector<Reference> found;

 private:
  /// What stands in the source from `begin` to `end`, without quotes and blanks around it; `url` is
  /// what it says, where that is not the same.
  void take(std::size_t begin, std::size_t end, std::optional<std::string_view> url = {}) {
    const auto is_outside = [this](std::size_t at) {
      const char c = source_[at];
      return c == '"' || c == '\'' || is_white(c);
    };
    while (begin < end && is_outside(begin)) ++begin;
    while (end > begin && is_outside(end - 1)) --end;
    if (begin == end) return;
    const std::string said =
        url ? std::string(*url) : with_ampersands(source_.substr(begin, end - begin));
    if (is_relative(said)) found.push_back({percent_decoded(said), begin, end});
  }

  void take_urls(std::size_t begin, std::size_t end) {
    const std::string_view style = source_.substr(begin, end - begin);
    std::size_t at = 0;
    while ((at = ascii_ifind(style, "url(", at)) != std::string_view::npos) {
      at += 4;
      const std::size_t close = style.find(')', at);
      if (close == std::string_view::npos) return;
      // Editors write the quotes inside an attribute's as character references.
      const std::string_view inside = trim(style.substr(at, close - at));
      std::size_t first = static_cast<std::size_t>(inside.data() - style.data());
      std::size_t last = first + inside.size();
      for (const std::string_view quote : {"&quot;", "&#34;", "&apos;", "&#39;"}) {
        if (inside.starts_with(quote) && inside.ends_with(quote) &&
            inside.size() >= 2 * quote.size()) {
          first += quote.size();
          last -= quote.size();
        }
      }
      take(begin + first, begin + last);
      at = close;
    }
  }

  std::string_view source_;
};

}  // namespace

Result<std::vector<Reference>> local_references(std::string_view source) {
  Finder finder(source);
  if (auto done = walk(source, finder); !done) return tl::unexpected<Error>(done.error());
  std::sort(finder.found.begin(), finder.found.end(),
            [](const Reference& a, const Reference& b) { return a.begin < b.begin; });
  // What is left open at a block's end is open again in the next one: another element of the tree
  // from the same place in the source (WHATWG HTML §13.2.4.3).
  const auto same =
      std::unique(finder.found.begin(), finder.found.end(),
                  [](const Reference& a, const Reference& b) { return a.begin == b.begin; });
  finder.found.erase(same, finder.found.end());
  return std::move(finder.found);
}

}  // namespace hagaki::html
