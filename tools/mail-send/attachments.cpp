#include "attachments.h"

#include <filesystem>

#include <fmt/core.h>

#include "base/limits.h"
#include "base/text.h"
#include "cli/input.h"

using namespace hagaki;
using letter::FieldTree;
namespace fs = std::filesystem;

namespace {

/// The text of an object's member; empty where it has none.
std::string member(const FieldTree& tree, std::string_view name) {
  for (const FieldTree::Member& each : tree.members) {
    if (each.name == name && each.value.kind == FieldTree::Kind::Text) return each.value.text;
  }
  return {};
}

}  // namespace

bool is_inside(const std::string& name, const fs::path& folder) {
  if (printable(name) != name || fs::path(name).is_absolute()) return false;
  std::error_code none;
  const fs::path real = fs::weakly_canonical(folder / name, none);
  const fs::path base = fs::weakly_canonical(folder, none);
  const fs::path relative = real.lexically_relative(base);
  return !relative.empty() && *relative.begin() != ".." && relative != ".";
}

Result<letter::File> read_attachment(const std::string& path) {
  std::error_code none;
  // To open a pipe would wait for whoever writes it.
  if (fs::exists(path, none) && !fs::is_regular_file(path, none)) {
    return fail(ErrorCode::Unopened, "no regular file", path);
  }
  auto bytes = cli::read_whole(path, limits::kMailBytes);
  if (!bytes) return tl::unexpected<Error>(bytes.error());
  return letter::File{fs::path(path).filename().string(), std::move(*bytes)};
}

OwnAttachments::OwnAttachments(std::string field, std::string folder)
    : field_(std::move(field)), folder_(std::move(folder)) {}

Result<std::string> OwnAttachments::part(const std::string& file, const std::string& name) const {
  // A list comes from elsewhere: it may name nothing but what lies ready for it.
  const fs::path path = fs::path(folder_) / file;
  if (!is_inside(file, folder_)) {
    return fail(ErrorCode::Denied,
                fmt::format("the attachment \"{}\" is not in {}", printable(file), folder_));
  }
  auto read = read_attachment(path.string());
  if (!read) {
    return fail(read.error().code,
                fmt::format("the attachment \"{}\": {}", printable(file), read.error().message));
  }
  if (!name.empty()) read->name = name;
  return letter::attachment_part(*read);
}

Result<std::vector<std::string>> OwnAttachments::parts(const letter::Fields& fields,
                                                       letter::Missing missing) const {
  std::vector<std::string> out;
  const auto tree = fields.tree(field_);
  if (!tree) {
    if (missing == letter::Missing::Empty) return out;
    return fail(ErrorCode::NotFound, fmt::format("the recipient has no field \"{}\"", field_));
  }
  const auto wrong = [this] {
    return fail(ErrorCode::Syntax,
                fmt::format("\"{}\" is no file name, nor a list of them", field_));
  };
  std::vector<FieldTree> files;
  if (tree->kind == FieldTree::Kind::List) {
    files = tree->items;
  } else {
    files.push_back(*tree);
  }
  for (const FieldTree& each : files) {
    std::string file;
    std::string name;
    if (each.kind == FieldTree::Kind::Text) {
      file = each.text;
    } else if (each.kind == FieldTree::Kind::Object) {
      file = member(each, "file");
      name = member(each, "name");
      if (file.empty()) return wrong();
    } else {
      return wrong();
    }
    if (trim(file).empty()) continue;
    auto made = part(file, name);
    if (!made) return tl::unexpected<Error>(made.error());
    out.push_back(std::move(*made));
  }
  return out;
}
