#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace hagaki::html {

/// An attribute of an element. Views live as long as the walk.
struct Attribute {
  std::string_view name;   ///< lower case
  std::string_view value;  ///< character references decoded
  /// Where the value stands in the source, its quotes included.
  std::size_t begin = 0;
  std::size_t end = 0;
};

struct Element {
  std::string_view name;  ///< lower case; empty for one that HTML does not know
  std::vector<Attribute> attributes;

  /// The attribute called `name`; nullptr where there is none.
  [[nodiscard]] const Attribute* find(std::string_view name) const;
  /// Its value; empty where there is none.
  [[nodiscard]] std::string_view value(std::string_view name) const;
};

/// Whether `element` is not shown, by "hidden" or its own style: "display:none",
/// "visibility:hidden".
bool is_hidden(const Element& element);

/// The URL that an attribute's value stands for: blanks around it, line ends and tabs are no part
/// of it (WHATWG URL §4.4).
std::string url_of(std::string_view value);

/// Hears of a document's elements and texts in their order.
class Visitor {
 public:
  virtual ~Visitor() = default;
  /// False: what is inside is passed over, and leave() is not called.
  virtual bool enter(const Element& element) = 0;
  virtual void leave(const Element& element) = 0;
  /// A text between tags, character references decoded; also a comment's neighbour, script and
  /// style.
  virtual void text(std::string_view text) = 0;
};

/// Reads `source` as browsers do (HTML5): whatever it is there is a document. Error::Limit where it
/// is nested deeper than any that is meant to be read, has a tag of a thousand attributes, or is
/// longer than limits::kMailBytes.
Result<void> walk(std::string_view source, Visitor& visitor);

}  // namespace hagaki::html
