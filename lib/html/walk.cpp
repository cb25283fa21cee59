#include "html/walk.h"

#include <gumbo.h>

#include <algorithm>
#include <memory>

#include "base/ascii.h"
#include "base/limits.h"

namespace hagaki::html {
namespace {

constexpr std::size_t kDepth = 1000;

/// No less than the depth of the tree: tags that open, less those that close. gumbo and the walk
/// itself go down a tree by recursion.
std::size_t depth_bound(std::string_view source) {
  std::size_t depth = 0;
  std::size_t deepest = 0;
  for (std::size_t at = 0; (at = source.find('<', at)) != std::string_view::npos; ++at) {
    const char next = at + 1 < source.size() ? source[at + 1] : '\0';
    if (next == '/') {
      depth -= std::min<std::size_t>(depth, 1);
    } else if (is_alpha(next)) {
      const std::string_view tag = source.substr(at + 1, 5);
      const auto is = [tag](std::string_view name) {
        return tag.size() > name.size() && !is_alnum(tag[name.size()]) &&
               std::equal(name.begin(), name.end(), tag.begin(),
                          [](char a, char b) { return a == (b | 0x20); });
      };
      // Those that hold nothing, and those that people leave open.
      if (is("br") || is("img") || is("hr") || is("meta") || is("link") || is("p") || is("li") ||
          is("td") || is("tr") || is("col")) {
        continue;
      }
      deepest = std::max(deepest, ++depth);
    }
  }
  return deepest;
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

Result<void> walk(std::string_view source, Visitor& visitor) {
  if (source.size() > limits::kMailBytes) {
    return fail(ErrorCode::Limit, "the HTML is larger than a mail may be");
  }
  if (depth_bound(source) > kDepth) {
    return fail(ErrorCode::Limit, "the HTML is nested deeper than anybody reads");
  }
  const std::unique_ptr<GumboOutput, Destroy> output(
      gumbo_parse_with_options(&kGumboDefaultOptions, source.data(), source.size()));
  walk_node(*output->root, source, visitor);
  return {};
}

}  // namespace hagaki::html
