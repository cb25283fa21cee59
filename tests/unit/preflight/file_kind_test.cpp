#include "preflight/file_kind.h"

#include <doctest/doctest.h>

namespace hagaki::preflight {
namespace {

TEST_CASE("the ending of a file's name") {
  struct Case {
    const char* name;
    const char* want;
  };
  const Case cases[] = {
      {"a.PDF", "pdf"}, {"a.tar.gz", "gz"},      {"a", ""},
      {".profile", ""}, {"a.d/b", ""},           {"a\\b.exe", "exe"},
      {"a.", ""},       {"見積書.xlsx", "xlsx"}, {"a.exe ", "exe"},
      {"", ""},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    CHECK(ending_of(c.name) == c.want);
  }
}

TEST_CASE("what runs") {
  using std::literals::operator""s;
  struct Case {
    const char* name;
    std::string begin;
    const char* want;
  };
  const Case cases[] = {
      {"a.exe", "", ".exe"},
      {"a.JS", "", ".js"},
      {"a.txt",
       "\x7F"
       "ELF\2",
       "a Linux program"},
      {"a.txt", "#!/usr/bin/perl", "a script"},
      {"a.txt", "L\0\0\0\1\x14\2\0"s, "a Windows shortcut"},
      {"a.txt", "#! is a mark", ""},
      {"a.pdf", "%PDF-1.7", ""},
      {"a.txt", "MZ", ""},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    CAPTURE(c.begin);
    CHECK(runs_as(c.name, c.begin) == c.want);
  }
}

}  // namespace
}  // namespace hagaki::preflight
