#include "mails.h"

#include <algorithm>
#include <filesystem>

#include "cli/input.h"
#include "mime/mbox.h"

using namespace hagaki;
namespace fs = std::filesystem;

namespace {

bool is_maildir(const fs::path& dir) {
  std::error_code none;
  return fs::is_directory(dir / "new", none) && fs::is_directory(dir / "cur", none);
}

std::string base_name(const fs::path& path) {
  return path.filename().string();
}

Result<void> walk(const fs::path& dir, std::vector<std::string>& out) {
  if (is_maildir(dir)) {  // tmp holds mails that are still being written
    for (const char* part : {"new", "cur"}) {
      if (auto ok = walk(dir / part, out); !ok) return ok;
    }
    return {};
  }
  std::error_code error;
  std::vector<fs::path> entries;
  for (fs::directory_iterator it(dir, error), end; !error && it != end; it.increment(error)) {
    if (!base_name(it->path()).starts_with('.')) entries.push_back(it->path());
  }
  if (error) return fail(ErrorCode::Io, error.message(), dir.string());
  std::sort(entries.begin(), entries.end());
  for (const auto& path : entries) {
    std::error_code none;
    if (fs::is_directory(path, none)) {
      if (fs::is_symlink(path, none)) continue;
      if (auto ok = walk(path, out); !ok) return ok;
    } else if (fs::is_regular_file(path, none)) {
      out.push_back(path.string());
    }
  }
  return {};
}

}  // namespace

Result<std::vector<std::string>> list_files(const std::string& operand) {
  std::error_code none;
  if (operand == "-" || !fs::is_directory(operand, none)) return std::vector{operand};
  std::vector<std::string> files;
  if (auto ok = walk(operand, files); !ok) return tl::unexpected(ok.error());
  return files;
}

bool read_mails(const std::string& file, const OnMail& on_mail, const OnBad& on_bad) {
  auto input = cli::open_input(file);
  if (!input) {
    on_bad(input.error());
    return true;
  }
  mime::MboxReader reader(*input->stream);
  for (;;) {
    auto mail = reader.next();
    if (!mail) {
      auto error = mail.error();
      error.context = input->name;
      on_bad(error);
      if (error.code == ErrorCode::Io) return true;
      continue;
    }
    if (!*mail) return true;
    if (!on_mail(**mail, file)) return false;
  }
}
