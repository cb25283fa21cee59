#include "html/walk.h"

#include <gumbo.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/ascii.h"
#include "base/limits.h"
#include "base/text.h"
#include "html/names.h"

namespace hagaki::html {
namespace {

constexpr std::size_t kDepth = 1000;
constexpr std::size_t kWords = 2000;  ///< of a tag

/// Tags that hold nothing, and those that the next of their kind closes.
constexpr std::array<std::string_view, 20> kFlat = {
    "br",    "img",   "hr",  "meta", "p",     "li", "td", "tr",   "col", "link",
    "input", "embed", "wbr", "area", "param", "dt", "dd", "base", "rp",  "rt"};
/// Those of them that cannot stand open in a drawing or a formula, where others can.
constexpr std::array<std::string_view, 10> kFlatAnywhere = {"br", "img",   "hr", "meta", "p",
                                                            "li", "embed", "dt", "dd",   "rt"};
/// What people leave open, and what the end of another closes.
constexpr std::array<std::string_view, 8> kLeftOpen = {"th",     "thead",    "tbody",    "tfoot",
                                                       "option", "optgroup", "colgroup", "caption"};

/// Where the comment or declaration that begins at `at` ends (WHATWG HTML §13.2.5.41 to 43).
std::size_t end_of_comment(std::string_view source, std::size_t at) {
  if (!source.substr(at).starts_with("<!--")) return source.find('>', at);
  const std::string_view rest = source.substr(at + 4);
  if (rest.starts_with(">") || rest.starts_with("->")) return at + 4;
  for (at += 4; (at = source.find("--", at)) != std::string_view::npos; ++at) {
    const std::string_view end = source.substr(at + 2, 2);
    if (end.starts_with('>') || end == "!>") break;
  }
  return at;
}

/// Where the tag whose name ends at `at` ends: quotes count behind "=" alone. `words` are those of
/// its attributes, at least one of each.
std::size_t end_of_tag(std::string_view source, std::size_t at, std::size_t& words) {
  bool value = false;
  bool parted = true;
  words = 0;
  for (; at < source.size() && source[at] != '>'; ++at) {
    const char c = source[at];
    if (is_white(c) || c == '\f' || c == '/') {
      parted = true;
      continue;
    }
    if (std::exchange(parted, false)) ++words;
    if (value && (c == '"' || c == '\'')) {
      at = source.find(c, at + 1);
      if (at == std::string_view::npos) return at;
      parted = true;
    }
    value = c == '=';
  }
  return at;
}

/// What of `source` is more than any reader means; empty where nothing is. A tree is deeper than
/// kDepth as far as its tags tell: an element counts until a tag of its name closes it as the
/// innermost one, so rather too many count. gumbo and the walk itself go down a tree by recursion,
/// and gumbo searches it for each tag, and a tag's attributes for each of them.
std::string_view excess_of(std::string_view source) {
  const bool drawing = ascii_ifind(source, "<svg") != std::string_view::npos ||
                       ascii_ifind(source, "<math") != std::string_view::npos;
  std::vector<std::string> open;
  std::size_t plain = 0;  // no tag closes anything before: what looks like one may be text there
  for (std::size_t at = 0; (at = source.find('<', at)) < source.size(); ++at) {
    if (drawing && source.substr(at).starts_with("<![CDATA[")) {
      if (at >= plain) plain = std::min(source.find("]]>", at), source.size());
      continue;
    }
    const bool closes = source.substr(at + 1, 1) == "/";
    const std::size_t begin = at + (closes ? 2 : 1);
    if (begin >= source.size()) break;
    if (!is_alpha(source[begin])) {
      if (closes || source[begin] == '!' || source[begin] == '?') at = end_of_comment(source, at);
      if (at == std::string_view::npos) break;
      continue;
    }
    std::size_t end = begin;
    while (end < source.size() && is_alnum(source[end])) ++end;
    std::string name = ascii_lower(source.substr(begin, end - begin));
    const bool counts = !closes || at >= plain;
    std::size_t words = 0;
    at = end_of_tag(source, end, words);
    if (words > kWords) return "a tag of the HTML has more attributes than anybody writes";
    if (at >= source.size()) break;
    if (!counts) continue;
    if (drawing ? is_one_of(name, kFlatAnywhere) : is_one_of(name, kFlat)) continue;
    if (closes) {
      std::size_t left = open.size();
      while (left > 0 && open[left - 1] != name && is_one_of(open[left - 1], kLeftOpen)) --left;
      if (left > 0 && open[left - 1] == name) open.resize(left - 1);
    } else if (open.size() >= kDepth) {
      return "the HTML is nested deeper than anybody reads";
    } else {
      open.push_back(std::move(name));
    }
  }
  return {};
}

Element element_of(const GumboElement& node, std::string_view source) {
  Element out;
  out.name = gumbo_normalized_tagname(node.tag);
  for (unsigned i = 0; i < node.attributes.length; ++i) {
    const auto* attribute = static_cast<const GumboAttribute*>(node.attributes.data[i]);
    const GumboStringPiece& original = attribute->original_value;
    Attribute& added = out.attributes.emplace_back();
    added.name = attribute->name;
    added.value = attribute->value;
    // gumbo moves attributes of a second <body> to the first, and then knows no place.
    const char* begin = source.data();
    if (original.data >= begin && original.data + original.length <= begin + source.size()) {
      added.begin = static_cast<std::size_t>(original.data - begin);
      added.end = added.begin + original.length;
    }
  }
  return out;
}

void walk_node(const GumboNode& node, std::string_view source, Visitor& visitor) {
  switch (node.type) {
    case GUMBO_NODE_TEXT:
    case GUMBO_NODE_CDATA:
    case GUMBO_NODE_WHITESPACE:
      visitor.text(node.v.text.text);
      return;
    case GUMBO_NODE_ELEMENT:
    case GUMBO_NODE_TEMPLATE:
      break;
    case GUMBO_NODE_COMMENT:
    case GUMBO_NODE_DOCUMENT:
      return;
  }
  const Element element = element_of(node.v.element, source);
  if (!visitor.enter(element)) return;
  const GumboVector& children = node.v.element.children;
  for (unsigned i = 0; i < children.length; ++i) {
    walk_node(*static_cast<const GumboNode*>(children.data[i]), source, visitor);
  }
  visitor.leave(element);
}

struct Destroy {
  void operator()(GumboOutput* output) const {
    gumbo_destroy_output(&kGumboDefaultOptions, output);
  }
};

}  // namespace

const Attribute* Element::find(std::string_view wanted) const {
  for (const Attribute& attribute : attributes) {
    if (attribute.name == wanted) return &attribute;
  }
  return nullptr;
}

std::string_view Element::value(std::string_view wanted) const {
  const Attribute* found = find(wanted);
  return found == nullptr ? std::string_view() : found->value;
}

bool is_hidden(const Element& element) {
  if (element.find("hidden") != nullptr) return true;
  std::string style = ascii_lower(element.value("style"));
  std::erase_if(style, is_white);
  return style.find("display:none") != std::string::npos ||
         style.find("visibility:hidden") != std::string::npos;
}

std::string url_of(std::string_view value) {
  std::string url(trim(value));
  std::erase_if(url, [](char c) { return c == '\t' || c == '\n' || c == '\r'; });
  return url;
}

Result<void> walk(std::string_view source, Visitor& visitor) {
  if (source.size() > limits::kMailBytes) {
    return fail(ErrorCode::Limit, "the HTML is larger than a mail may be");
  }
  if (const auto excess = excess_of(source); !excess.empty()) {
    return fail(ErrorCode::Limit, std::string(excess));
  }
  // Nobody reads gumbo's errors, and a page of NULs would have one for each: 746 MiB for four.
  GumboOptions options = kGumboDefaultOptions;
  options.max_errors = 0;
  const std::unique_ptr<GumboOutput, Destroy> output(
      gumbo_parse_with_options(&options, source.data(), source.size()));
  walk_node(*output->root, source, visitor);
  return {};
}

}  // namespace hagaki::html
