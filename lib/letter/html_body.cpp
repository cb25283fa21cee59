#include "letter/html_body.h"

#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/core.h>

#include "base/digest.h"
#include "base/text.h"
#include "html/references.h"

namespace hagaki::letter {
namespace {

/// The same picture has the same Content-ID in every message (RFC 2392 asks for no more than that
/// it names one content).
std::string content_id(const File& picture) {
  return sha256_hex(picture.name + '\0' + picture.bytes).substr(0, 24) + "@picture";
}

}  // namespace

Result<BodyPlan> html_body(const HtmlSource& source, const std::map<std::string, File>& pictures,
                           Writing writing) {
  const auto references = html::local_references(source.text);
  if (!references) {
    return fail(references.error().code, references.error().message, source.file);
  }
  std::string text;
  std::vector<std::string> shown;  // Content-IDs
  std::vector<BodyPlan> parts;
  std::size_t at = 0;
  for (const html::Reference& reference : *references) {
    const auto picture = pictures.find(reference.path);
    if (picture == pictures.end()) {
      const auto line =
          std::count(source.text.begin(),
                     source.text.begin() + static_cast<std::ptrdiff_t>(reference.begin), '\n');
      return fail(
          ErrorCode::Config,
          fmt::format("there is no picture \"{}\" in the template's folder",
                      printable(reference.path)),
          fmt::format("{}:{}", source.file, source.first_line + static_cast<std::size_t>(line)));
    }
    const std::string id = content_id(picture->second);
    text += source.text.substr(at, reference.begin - at);
    text += "cid:" + id;
    at = reference.end;
    if (std::find(shown.begin(), shown.end(), id) != shown.end()) continue;
    auto part = inline_part(picture->second, id);
    if (!part) return tl::unexpected<Error>(part.error());
    shown.push_back(id);
    parts.push_back(file_body(std::move(*part)));
  }
  text += source.text.substr(at);

  auto html = text_body(BodyPlan::Form::Html, text, source.file, source.first_line, writing);
  if (!html || parts.empty()) return html;
  parts.insert(parts.begin(), std::move(*html));
  return multipart_body("related", std::move(parts));
}

}  // namespace hagaki::letter
