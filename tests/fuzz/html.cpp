// What holds for every HTML that is read: see require() for each promise.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/text.h"
#include "check.h"
#include "html/references.h"
#include "html/text.h"

using namespace hagaki;

namespace {

void check_references(std::string_view source) {
  const auto references = html::local_references(source);
  if (!references) return;
  std::size_t end = 0;
  std::string rewritten;
  for (const auto& reference : *references) {
    require(reference.begin >= end, "pictures follow one another");
    require(reference.begin < reference.end && reference.end <= source.size(),
            "a picture stands in the source");
    require(!reference.path.empty() && reference.path.find("{{") == std::string::npos,
            "a picture has a path");
    rewritten += source.substr(end, reference.begin - end);
    rewritten += "cid:x";
    end = reference.end;
  }
  rewritten += source.substr(end);
  const auto left = html::local_references(rewritten);
  require(left && left->empty(), "what names a part names no file");
}

void check_text(std::string_view source) {
  const auto text = html::to_text(source);
  if (!text) return;
  require(text->empty() || text->ends_with('\n'), "lines are whole");
  require(text->empty() || !text->starts_with('\n'), "a text begins at once");
  require(text->find("\n\n\n\n") == std::string::npos, "gaps are small");
  if (is_utf8(source)) require(is_utf8(*text), "UTF-8 stays UTF-8");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view source(reinterpret_cast<const char*>(data), size);
  check_references(source);
  check_text(source);
  return 0;
}
