#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace hagaki::preflight {

/// What the checks want to know of an HTML part.
struct HtmlFacts {
  struct Link {
    std::string href;   ///< as html::url_of() gives it
    std::string words;  ///< that a reader sees, 1,000 octets at most
  };
  std::string text;                 ///< what is shown, without marks of structure; 64 KB at most
  std::vector<Link> links;          ///< of a and area; 2,000 at most
  std::size_t pictures = 0;         ///< shown ones: not those of one pixel
  std::size_t no_alt = 0;           ///< pictures without an alt attribute
  std::size_t data_pictures = 0;    ///< pictures inside the HTML (data: URLs)
  std::vector<std::string> active;  ///< "script", "onclick", "javascript: link": what mail drops
  std::vector<std::string> forms;   ///< "form", "input"
  std::vector<std::string> frames;  ///< "iframe", "object"
  std::string language;             ///< of the html element
};

/// Reads HTML as browsers do. Errors as html::walk().
Result<HtmlFacts> html_facts(std::string_view html);

}  // namespace hagaki::preflight
