#include "cli/output.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <fstream>
#include <sstream>

#include "temp_folder.h"

namespace {

/// What stands in a file that held `before` after "new" was appended to it by a child's stdout.
std::string appended(const std::string& before) {
  const TempFolder folder;
  const std::string path = folder.file("out");
  std::ofstream(path) << before;
  const int saved = dup(STDOUT_FILENO);
  const int file = open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
  std::fflush(stdout);
  dup2(file, STDOUT_FILENO);
  {
    hagaki::cli::Output out;
    out.end_cut_line();
    out.write_line("new");
    out.flush();
  }
  dup2(saved, STDOUT_FILENO);
  close(saved);
  close(file);
  std::ostringstream content;
  content << std::ifstream(path).rdbuf();
  return content.str();
}

TEST_CASE("a line that a kill cut short does not swallow the next") {
  struct Case {
    const char* name;
    const char* before;
    const char* want;
  };
  const Case cases[] = {{"empty file", "", "new\n"},
                        {"whole lines", "old\n", "old\nnew\n"},
                        {"cut line", "old\n{\"a\":", "old\n{\"a\":\nnew\n"}};
  for (const auto& c : cases) {
    CAPTURE(c.name);
    CHECK(appended(c.before) == c.want);
  }
}

}  // namespace
