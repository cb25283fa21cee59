#include "preflight/html_facts.h"

#include <algorithm>

#include "base/text.h"
#include "html/text.h"
#include "html/walk.h"

namespace hagaki::preflight {
namespace {

constexpr std::size_t kText = 64u << 10;
constexpr std::size_t kWords = 1000;
constexpr std::size_t kLinks = 2000;

void note(std::vector<std::string>& list, std::string what) {
  constexpr std::size_t kKinds = 20;
  if (list.size() < kKinds && std::find(list.begin(), list.end(), what) == list.end()) {
    list.push_back(std::move(what));
  }
}

/// True for "1", "0" and "1px": the size of a picture that counts readers.
bool is_speck(std::string_view size) {
  size = trim(size);
  if (ascii_iends_with(size, "px")) size.remove_suffix(2);
  return size == "0" || size == "1";
}

class Facts : public html::Visitor {
 public:
  explicit Facts(HtmlFacts& out) : out_(out) {}

  bool enter(const html::Element& element) override {
    look_for_programs(element);
    const std::string_view name = element.name;
    if (name == "script" || name == "style" || name == "head" || name == "title") {
      // Scripts count wherever they are, a head's too.
      if (name != "head") return false;
      ++unshown_;
      return true;
    }
    if (html::is_hidden(element)) return false;
    if (html::parts_words(name)) add(" ");
    if (name == "html") out_.language = element.value("lang");
    if (name == "img") picture(element);
    if (name == "form" || name == "input" || name == "select" || name == "textarea") {
      note(out_.forms, std::string(name));
    }
    if (name == "iframe" || name == "frame" || name == "object" || name == "embed" ||
        name == "applet" || name == "video" || name == "audio") {
      note(out_.frames, std::string(name));
    }
    if ((name == "a" || name == "area") && element.find("href") != nullptr &&
        out_.links.size() < kLinks) {
      out_.links.push_back({html::url_of(element.value("href")), {}});
      if (name == "a") open_ = true;
    }
    return true;
  }

  void leave(const html::Element& element) override {
    if (element.name == "head") --unshown_;
    if (element.name == "a") open_ = false;
    if (html::parts_words(element.name)) add(" ");
  }

  void text(std::string_view text) override { add(text); }

 private:
  void add(std::string_view text) {
    if (unshown_ > 0) return;
    if (out_.text.size() < kText) out_.text += utf8_prefix(text, kText - out_.text.size());
    if (open_ && out_.links.back().words.size() < kWords) {
      auto& words = out_.links.back().words;
      words += utf8_prefix(text, kWords - words.size());
    }
  }

  void picture(const html::Element& element) {
    if (is_speck(element.value("width")) || is_speck(element.value("height"))) return;
    ++out_.pictures;
    if (element.find("alt") == nullptr) ++out_.no_alt;
    if (ascii_istarts_with(html::url_of(element.value("src")), "data:")) ++out_.data_pictures;
  }

  void look_for_programs(const html::Element& element) {
    if (element.name == "script") note(out_.active, "script");
    for (const auto& attribute : element.attributes) {
      if (attribute.name.size() > 2 && attribute.name.starts_with("on")) {
        note(out_.active, std::string(attribute.name));
      }
      if ((attribute.name == "href" || attribute.name == "src" || attribute.name == "action") &&
          ascii_istarts_with(html::url_of(attribute.value), "javascript:")) {
        note(out_.active, "javascript:");
      }
    }
  }

  HtmlFacts& out_;
  std::size_t unshown_ = 0;
  bool open_ = false;  // inside the last link
};

}  // namespace

Result<HtmlFacts> html_facts(std::string_view html) {
  HtmlFacts out;
  Facts facts(out);
  if (auto done = html::walk(html, facts); !done) return tl::unexpected<Error>(done.error());
  return out;
}

}  // namespace hagaki::preflight
