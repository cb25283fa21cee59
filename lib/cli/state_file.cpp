#include "cli/state_file.h"

#include <fmt/core.h>

#include <cstdlib>
#include <filesystem>

namespace hagaki::cli {

Result<std::string> state_file(std::string_view name) {
  std::filesystem::path folder;
  if (const char* state = std::getenv("XDG_STATE_HOME"); state != nullptr && *state == '/') {
    folder = state;
  } else if (const char* home = std::getenv("HOME"); home != nullptr && *home != '\0') {
    folder = std::filesystem::path(home) / ".local" / "state";
  } else {
    return fail(ErrorCode::Config, "neither XDG_STATE_HOME nor HOME says where to keep state");
  }
  std::string file;
  for (const char c : name) {
    if (c == '/' || c == '%' || (c == '.' && file.empty())) {
      file += fmt::format("%{:02X}", static_cast<unsigned>(c));
    } else {
      file += c;
    }
  }
  return (folder / "hagaki" / file).string();
}

}  // namespace hagaki::cli
