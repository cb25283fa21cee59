#include "load_template.h"

#include <filesystem>

#include "cli/input.h"

using namespace hagaki;

namespace {

constexpr std::size_t kTemplateBytes = 10u << 20;

}  // namespace

Result<letter::TemplateFiles> read_template(const std::string& path) {
  namespace fs = std::filesystem;
  letter::TemplateFiles files;
  files.name = path;
  std::error_code none;
  if (fs::is_directory(path, none)) {
    files.name = (fs::path(path) / "message.txt").string();
    files.html_name = (fs::path(path) / "message.html").string();
    if (!fs::exists(files.name, none)) {
      return fail(ErrorCode::Config,
                  "a template folder holds message.txt (headers, blank line, text)", path);
    }
    if (fs::exists(files.html_name, none)) {
      auto html = cli::read_whole(files.html_name, kTemplateBytes);
      if (!html) return tl::unexpected<Error>(html.error());
      files.html = std::move(*html);
    }
  }
  auto text = cli::read_whole(files.name, kTemplateBytes);
  if (!text) return tl::unexpected<Error>(text.error());
  files.text = std::move(*text);
  return files;
}

rules::PreflightInput preflight_input(const letter::Template& message, bool transactional) {
  const auto owned = [](std::optional<std::string_view> text) {
    return text ? std::optional<std::string>(*text) : std::nullopt;
  };
  rules::PreflightInput input;
  input.transactional = transactional;
  if (!message.from().empty()) input.from = message.from().front().address.source();
  input.subject = message.header_source("Subject").value_or("");
  input.list_unsubscribe = owned(message.header_source("List-Unsubscribe"));
  input.list_unsubscribe_post = owned(message.header_source("List-Unsubscribe-Post"));
  for_each_text(message.body(), [&input](const letter::BodyPlan& part) {
    auto& text = part.form == letter::BodyPlan::Form::Html ? input.html : input.plain;
    text = text.value_or("") + part.text->source();
  });
  return input;
}
