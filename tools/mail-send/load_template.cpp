#include "load_template.h"

#include <algorithm>
#include <filesystem>
#include <map>

#include "attachments.h"
#include "cli/input.h"
#include "html/references.h"

using namespace hagaki;
namespace fs = std::filesystem;

namespace {

constexpr std::size_t kTemplateBytes = 10u << 20;
constexpr std::string_view kAttachments = "attachments";

/// What editors and file managers leave behind.
bool is_litter(const std::string& name) {
  return name.starts_with('.') || name.ends_with('~') || name == "Thumbs.db" ||
         name == "desktop.ini";
}

/// The pictures that HTML names by paths relative to `folder`, inside of it: who designs a page
/// must not choose what else of this machine is sent. Those that are not there are told when the
/// template is parsed, which knows the line.
Result<void> read_pictures(std::string_view source, const fs::path& folder,
                           std::map<std::string, letter::File>& pictures) {
  const auto references = html::local_references(source);
  if (!references) return {};  // told when the template is parsed
  for (const html::Reference& reference : *references) {
    const fs::path path = folder / reference.path;
    std::error_code none;
    if (pictures.contains(reference.path) || !fs::is_regular_file(path, none)) continue;
    if (!is_inside(reference.path, folder.empty() ? "." : folder)) continue;
    auto file = read_attachment(path.string());
    if (!file) return tl::unexpected<Error>(file.error());
    pictures.emplace(reference.path, std::move(*file));
  }
  return {};
}

/// The files of `folder` in the order of their names, litter left out.
Result<std::vector<fs::path>> files_in(const fs::path& folder) {
  std::error_code error;
  std::vector<fs::path> out;
  for (fs::recursive_directory_iterator it(folder, error), end; it != end && !error;
       it.increment(error)) {
    if (is_litter(it->path().filename().string())) {
      it.disable_recursion_pending();
    } else if (!it->is_directory(error)) {
      out.push_back(it->path());
    }
  }
  if (error) return fail(ErrorCode::Io, error.message(), folder.string());
  std::sort(out.begin(), out.end());
  return out;
}

/// Attachments, and what of a template's folder goes nowhere.
Result<void> read_folder(const fs::path& folder, letter::TemplateFiles& files) {
  const auto found = files_in(folder);
  if (!found) return tl::unexpected<Error>(found.error());
  for (const fs::path& path : *found) {
    const fs::path relative = path.lexically_relative(folder);
    if (*relative.begin() == kAttachments) {
      auto file = read_attachment(path.string());
      if (!file) return tl::unexpected<Error>(file.error());
      files.attachments.push_back(std::move(*file));
    } else if (path != files.name && path != files.html_name &&
               !files.pictures.contains(relative.string())) {
      files.unused.push_back(path.string());
    }
  }
  return {};
}

}  // namespace

Result<letter::TemplateFiles> read_template(const std::string& path) {
  letter::TemplateFiles files;
  files.name = path;
  fs::path folder = fs::path(path).parent_path();
  std::error_code none;
  const bool is_folder = fs::is_directory(path, none);
  if (is_folder) {
    folder = path;
    files.name = (folder / "message.txt").string();
    files.html_name = (folder / "message.html").string();
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
  if (auto read = read_pictures(files.html ? *files.html : files.text, folder, files.pictures);
      !read) {
    return tl::unexpected<Error>(read.error());
  }
  if (is_folder) {
    if (auto read = read_folder(folder, files); !read) return tl::unexpected<Error>(read.error());
  }
  return files;
}
